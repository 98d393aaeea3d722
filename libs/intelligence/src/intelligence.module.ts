import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { type Appliance, readEnvironment } from '#manifest';
import { PipelineModule } from '#media';
import { InferenceHost } from './host/inference-host.ts';
import { querySocketOf } from './host/query-socket.ts';
import { WorkerEmbedder } from './host/worker-embedder.adapter.ts';
import { MODELS_FOLDER } from './intelligence.tokens.ts';
import { MeaningService } from './meaning.service.ts';
import { ModelRepository } from './model.repository.ts';
import { ModelService } from './model.service.ts';
import { ModelRegistry } from './model-registry.ts';
import { ModelSwitcher } from './model-switcher.ts';
import { OcrService } from './ocr/ocr.service.ts';
import { SpeechService } from './speech/speech.service.ts';

const services = [ModelRegistry, ModelService, InferenceHost, MeaningService, SpeechService, OcrService];

/** Under its unit the api may not build the sandbox that a model runs in. */
function asksWorker({ isRunBySystemd }: Appliance): boolean {
  const { isCommand, programName } = readEnvironment();
  return isRunBySystemd && !isCommand && programName === 'api';
}

/** Models, inference, speech and text recognition, for every process. Nothing here loads ONNX Runtime: model processes do. */
@Module({
  imports: [PipelineModule],
  providers: [
    ModelRepository,
    ModelService,
    ModelSwitcher,
    { provide: MODELS_FOLDER, inject: [APPLIANCE], useFactory: (appliance: Appliance) => appliance.paths.models },
    {
      provide: ModelRegistry,
      inject: [ModelRepository],
      useFactory: (models: ModelRepository) => new ModelRegistry(models),
    },
    {
      provide: InferenceHost,
      inject: [APPLIANCE, ModelRegistry],
      useFactory: ({ inference, programs }: Appliance, models: ModelRegistry) => {
        const memoryMb = programs[readEnvironment().programName]?.modelMb;
        return new InferenceHost((id) => models.runnable(id), { ...inference, memoryMb });
      },
    },
    {
      provide: MeaningService,
      inject: [APPLIANCE, ModelRegistry, InferenceHost],
      useFactory: (appliance: Appliance, models: ModelRegistry, host: InferenceHost) =>
        new MeaningService(models, asksWorker(appliance) ? new WorkerEmbedder(querySocketOf(appliance.paths.run)) : host),
    },
    {
      provide: SpeechService,
      inject: [ModelRegistry, InferenceHost],
      useFactory: (models: ModelRegistry, host: InferenceHost) => new SpeechService(models, host),
    },
    { provide: OcrService, inject: [APPLIANCE], useFactory: ({ parsers }: Appliance) => new OcrService(parsers) },
  ],
  exports: [...services, ModelRepository, ModelSwitcher, MODELS_FOLDER],
})
export class IntelligenceModule implements OnApplicationShutdown {
  constructor(
    @Inject(InferenceHost) private readonly host: InferenceHost,
    @Inject(OcrService) private readonly ocr: OcrService,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.host.close(), this.ocr.close()]);
  }
}
