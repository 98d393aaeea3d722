import { Module } from '@nestjs/common';
import { StorageController } from './http/storage.controller.ts';
import { TierModule } from './mover/mover.module.ts';

/** Tiers and moves over HTTP. */
@Module({ imports: [TierModule], controllers: [StorageController] })
export class StorageHttpModule {}
