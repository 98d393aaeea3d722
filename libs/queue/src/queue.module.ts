import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DeadLetterRetry } from './dead-letter-retry.ts';
import { EventPublisher } from './event-publisher.ts';
import { HandlerRegistry } from './handler-registry.ts';
import { QueueController } from './http/queue.controller.ts';
import { JobFinish } from './job-finish.ts';
import { JobRunner } from './job-runner.ts';
import { LoadMeter } from './load-meter.ts';
import { OutboxRepository } from './outbox.repository.ts';
import { Outbox } from './outbox.ts';
import { QueueRepository } from './queue.repository.ts';
import { QueueService } from './queue.service.ts';
import { QueueLoadRepository } from './queue-load.repository.ts';
import { QueueScaler } from './queue-scaler.ts';
import { OutboxRelay } from './relay.ts';

/** Outbox and events, for every process. */
@Global()
@Module({
  providers: [Outbox, EventPublisher, QueueRepository, QueueLoadRepository, QueueService, DeadLetterRetry],
  exports: [Outbox, EventPublisher, QueueService, QueueLoadRepository, DeadLetterRetry],
})
export class QueueModule {}

/** The relay and the job runner, for worker processes. */
@Module({
  imports: [DiscoveryModule],
  providers: [OutboxRepository, OutboxRelay, HandlerRegistry, JobFinish, LoadMeter, QueueScaler, JobRunner],
  exports: [OutboxRelay, JobRunner, LoadMeter, QueueScaler],
})
export class QueueJobsModule {}

/** Queues and dead letters over HTTP. */
@Module({ controllers: [QueueController] })
export class QueueHttpModule {}
