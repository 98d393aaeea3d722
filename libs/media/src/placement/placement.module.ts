import { Module } from '@nestjs/common';
import { TierModule } from '#storage';
import { AssetPlacementRepository } from './asset-placement.repository.ts';
import { AssetPlacementService } from './asset-placement.service.ts';

/** Where the bytes of assets lie, for HTTP and commands. */
@Module({
  imports: [TierModule],
  providers: [AssetPlacementRepository, AssetPlacementService],
  exports: [AssetPlacementService, TierModule],
})
export class AssetPlacementModule {}
