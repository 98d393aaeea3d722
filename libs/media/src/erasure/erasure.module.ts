import { Global, Module } from '@nestjs/common';
import { ObjectReferenceRepository } from '../objects/object-reference.repository.ts';
import { RemovalModule } from '../removal/removal.module.ts';
import { TextModule } from '../text/text.module.ts';
import { ErasedAssetsRepository } from './erased-assets.repository.ts';
import { ErasedAssets } from './erased-assets.ts';
import { ErasureRepository } from './erasure.repository.ts';
import { ErasureService } from './erasure.service.ts';
import { ErasureRunHandler } from './erasure-run.handler.ts';
import { HandoverRepository } from './handover.repository.ts';
import { PersonTraces } from './person-traces.ts';

/** Asking for erasures, and applying tombstones to assets, in any process. */
@Global()
@Module({
  imports: [RemovalModule, TextModule],
  providers: [ErasureService, ErasureRepository, ErasedAssets, ErasedAssetsRepository, ObjectReferenceRepository, PersonTraces],
  exports: [ErasureService, ErasureRepository, PersonTraces],
})
export class ErasureModule {}

/** Carrying erasures out: worker processes only. */
@Module({ imports: [ErasureModule, RemovalModule], providers: [ErasureRunHandler, HandoverRepository] })
export class ErasureJobsModule {}
