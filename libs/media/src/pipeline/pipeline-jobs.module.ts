import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { StorageModule } from '#storage';
import { TextModule } from '../text/text.module.ts';
import { FileLender } from './file-lender.ts';
import { MediaParsers } from './media-parsers.adapter.ts';
import { PictureBandRepository } from './picture-band.repository.ts';
import { PictureLook } from './picture-look.ts';
import { PictureStore } from './picture-store.ts';
import { PipelineModule } from './pipeline.module.ts';
import { PipelineEverywhere } from './pipeline-everywhere.ts';
import { PipelineForgetHandler } from './pipeline-forget.handler.ts';
import { PipelineRefreshHandler } from './pipeline-refresh.handler.ts';
import { PipelineRerunHandler } from './pipeline-rerun.handler.ts';
import { PipelinePorts } from './ports.ts';
import { RenditionRepository } from './rendition.repository.ts';
import { Scratch } from './scratch.adapter.ts';
import { SegmentRepository } from './segment.repository.ts';
import { StepRunner } from './step-runner.ts';

/** What handlers of step jobs need, in this room and in rooms above. */
const forHandlers = [
  PipelinePorts,
  StepRunner,
  MediaParsers,
  Scratch,
  FileLender,
  PictureLook,
  PictureStore,
  RenditionRepository,
  SegmentRepository,
  PictureBandRepository,
];

/** Runs steps and the work on many assets; looks at its start for what older versions made. Worker processes only. */
@Module({
  imports: [StorageModule, PipelineModule, TextModule],
  providers: [...forHandlers, PipelineRerunHandler, PipelineRefreshHandler, PipelineForgetHandler],
  exports: [PipelineModule, TextModule, ...forHandlers],
})
export class PipelineJobsModule implements OnApplicationBootstrap {
  constructor(@Inject(PipelineEverywhere) private readonly pipeline: PipelineEverywhere) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.pipeline.refresh();
  }
}
