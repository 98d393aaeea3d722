import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { type Appliance, readEnvironment } from '#manifest';
import { PipelineJobsModule, PipelinePorts } from '#media';
import { AssetEmbedHandler } from './embed-steps.ts';
import { InferenceHost } from './host/inference-host.ts';
import { QueryServer } from './host/query-server.adapter.ts';
import { querySocketOf } from './host/query-socket.ts';
import { IntelligenceModule } from './intelligence.module.ts';
import { ModelRepository } from './model.repository.ts';
import { ModelRegistry } from './model-registry.ts';
import { EnabledPictureModels } from './picture-models.ts';
import { ShippedModels } from './shipped-models.ts';
import { SpeechTranscribeHandler } from './speech-steps.ts';
import { TextRecogniseHandler } from './text-steps.ts';

/** Puts the shipped model into place, shows the pipeline's pictures to the enabled models, reads, listens and embeds. Worker processes only. */
@Module({
  imports: [IntelligenceModule, PipelineJobsModule],
  providers: [ShippedModels, TextRecogniseHandler, SpeechTranscribeHandler, AssetEmbedHandler],
})
export class IntelligenceJobsModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private queries: QueryServer | undefined;

  constructor(
    @Inject(PipelinePorts) private readonly ports: PipelinePorts,
    @Inject(ModelRegistry) private readonly models: ModelRegistry,
    @Inject(InferenceHost) private readonly host: InferenceHost,
    @Inject(ShippedModels) private readonly shipped: ShippedModels,
    @Inject(ModelRepository) private readonly repository: ModelRepository,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onModuleInit(): void {
    this.ports.isModelEnabled = (sql, model) => this.repository.isEnabled(sql, model);
    this.ports.pictureModels = new EnabledPictureModels(this.models, this.host);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.shipped.ensure();
    await this.serveQueries();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queries?.close();
  }

  /** Under units the api asks the worker that runs models, also for what its searches mean. */
  private async serveQueries(): Promise<void> {
    const { workers, isRunBySystemd, paths } = this.appliance;
    const own = workers.find(({ name }) => name === readEnvironment().programName);
    if (!isRunBySystemd || !own?.roles.includes('inference')) return;
    this.queries = new QueryServer(querySocketOf(paths.run), this.host);
    await this.queries.listen();
  }
}
