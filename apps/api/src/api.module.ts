import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditHttpModule, AuditModule } from '#audit';
import { GenerationsHttpModule } from '#config-http';
import { AllocationHttpModule } from '#cores-http';
import { DatabaseModule } from '#database';
import { IdentityHttpModule, IdentityModule } from '#identity';
import { IntelligenceHttpModule } from '#intelligence';
import { KeysHttpModule } from '#keys';
import type { Appliance } from '#manifest';
import { MediaHttpModule } from '#media';
import { MonitoringHttpModule } from '#monitoring';
import { QueueHttpModule, QueueModule } from '#queue';
import { ReconcileHttpModule } from '#reconcile';
import { SearchHttpModule } from '#search';
import { ServicesHttpModule } from '#services-http';
import { StorageHttpModule } from '#storage';
import { EventSocket } from './event-socket.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { ProblemFilter } from './problem.filter.ts';

const rooms = [
  QueueModule,
  AuditModule,
  KeysHttpModule,
  IdentityModule,
  IdentityHttpModule,
  AuditHttpModule,
  QueueHttpModule,
  StorageHttpModule,
  ReconcileHttpModule,
  GenerationsHttpModule,
  AllocationHttpModule,
  MediaHttpModule,
  MonitoringHttpModule,
  IntelligenceHttpModule,
  SearchHttpModule,
  ServicesHttpModule,
];

/** What the HTTP process is made of. No business logic lives here. */
@Module({ providers: [EventSocket, IdempotencyStore, { provide: APP_FILTER, useClass: ProblemFilter }] })
export class ApiModule {
  static of(appliance: Appliance): DynamicModule {
    return { module: ApiModule, imports: [DatabaseModule.of(appliance), ...rooms] };
  }
}
