import { Module } from '@nestjs/common';
import { StorageModule } from '#storage';
import { ObjectReferenceRepository } from '../objects/object-reference.repository.ts';
import { AssetRemoval } from './asset-removal.ts';
import { RemovalRepository } from './removal.repository.ts';

/** Removing assets for good, in any process. */
@Module({
  imports: [StorageModule],
  providers: [AssetRemoval, RemovalRepository, ObjectReferenceRepository],
  exports: [AssetRemoval],
})
export class RemovalModule {}
