import { Module } from '@nestjs/common';
import { PipelineJobsModule } from '#media';
import { AssetIndexHandler, VectorSinkSetup } from './index-steps.ts';
import { SearchModule } from './search.module.ts';
import { SearchRefreshHandler } from './search-refresh.handler.ts';

/** The pipeline's last step, the keeping of vectors for the steps before it, and indexing anew. Worker processes only. */
@Module({
  imports: [SearchModule, PipelineJobsModule],
  providers: [AssetIndexHandler, VectorSinkSetup, SearchRefreshHandler],
})
export class SearchJobsModule {}
