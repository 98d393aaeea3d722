import { Module } from '@nestjs/common';
import { ErasureJobsModule } from './erasure/erasure.module.ts';
import { ObjectSweepModule } from './objects/object-sweep.module.ts';
import { ObjectSweepTimer } from './objects/object-sweep.timer.ts';
import { PlainObjectRepository } from './objects/plain-object.repository.ts';
import { PlainObjectSealer } from './objects/plain-object-sealer.ts';
import { AudioAnalyseHandler } from './pipeline/audio-analyse.handler.ts';
import { DocumentAnalyseHandler } from './pipeline/document-analyse.handler.ts';
import { FileTagRepository } from './pipeline/file-tag.repository.ts';
import { ImageAnalyseHandler } from './pipeline/image-analyse.handler.ts';
import { PipelineJobsModule } from './pipeline/pipeline-jobs.module.ts';
import { VideoAnalyseHandler } from './pipeline/video-analyse.handler.ts';
import { VideoProxyHandler } from './pipeline/video-proxy.handler.ts';
import { RetentionJobsModule } from './retention/retention.module.ts';
import { PlainTextRepository } from './text/plain-text.repository.ts';
import { PlainTextSealer } from './text/plain-text-sealer.ts';

/** The jobs that read media files, and the sweep of what they leave. Worker processes only. */
@Module({
  imports: [PipelineJobsModule, ObjectSweepModule, ErasureJobsModule, RetentionJobsModule],
  providers: [
    FileTagRepository,
    ImageAnalyseHandler,
    VideoAnalyseHandler,
    VideoProxyHandler,
    AudioAnalyseHandler,
    DocumentAnalyseHandler,
    ObjectSweepTimer,
    PlainObjectRepository,
    PlainObjectSealer,
    PlainTextRepository,
    PlainTextSealer,
  ],
})
export class MediaJobsModule {}
