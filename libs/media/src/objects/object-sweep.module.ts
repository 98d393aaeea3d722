import { Module } from '@nestjs/common';
import { StorageModule } from '#storage';
import { ObjectReferenceRepository } from './object-reference.repository.ts';
import { ObjectSweeper } from './object-sweeper.ts';

/** Removing objects that nothing refers to, by hand or by the clock. */
@Module({ imports: [StorageModule], providers: [ObjectReferenceRepository, ObjectSweeper], exports: [ObjectSweeper] })
export class ObjectSweepModule {}
