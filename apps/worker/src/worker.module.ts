import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { IdentityModule } from '#identity';
import { IntelligenceJobsModule } from '#intelligence';
import { KeysJobsModule } from '#keys';
import type { Appliance } from '#manifest';
import { MediaJobsModule } from '#media';
import { MonitoringJobsModule } from '#monitoring';
import { QueueJobsModule, QueueModule } from '#queue';
import { SearchJobsModule } from '#search';
import { StorageJobsModule, StorageModule } from '#storage';

const rooms = [
  QueueModule,
  AuditModule,
  KeysJobsModule,
  IdentityModule,
  QueueJobsModule,
  MonitoringJobsModule,
  StorageModule,
  StorageJobsModule,
  MediaJobsModule,
  IntelligenceJobsModule,
  SearchJobsModule,
];

/** What a worker process is made of: the appliance minus HTTP. */
@Module({})
export class WorkerModule {
  static of(appliance: Appliance): DynamicModule {
    return { module: WorkerModule, imports: [DatabaseModule.of(appliance), ...rooms] };
  }
}
