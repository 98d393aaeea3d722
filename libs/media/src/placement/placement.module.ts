import { Inject, Module } from '@nestjs/common';
import { currentContext } from '#kernel';
import { ObjectSubjects, TierModule } from '#storage';
import { AssetPlacementRepository } from './asset-placement.repository.ts';
import { AssetPlacementService } from './asset-placement.service.ts';

/** Where the bytes of assets lie, for HTTP and commands; it also tells the storage library the names of what it moves. */
@Module({
  imports: [TierModule],
  providers: [AssetPlacementRepository, AssetPlacementService],
  exports: [AssetPlacementService, TierModule],
})
export class AssetPlacementModule {
  constructor(
    @Inject(ObjectSubjects) subjects: ObjectSubjects,
    @Inject(AssetPlacementRepository) assets: AssetPlacementRepository,
  ) {
    subjects.register(async (ids) => (currentContext().permissions.has('asset.read') ? assets.subjects(ids) : new Map()));
  }
}
