import { Module } from '@nestjs/common';
import { MoverModule } from './mover/mover.module.ts';
import { MoverTimer } from './mover/mover.timer.ts';
import { TierCareTimer } from './tiers/tier-care.timer.ts';

/** Moving, checking and measuring by the clock. Worker processes only; those with the role storage do it. */
@Module({ imports: [MoverModule], providers: [MoverTimer, TierCareTimer] })
export class StorageJobsModule {}
