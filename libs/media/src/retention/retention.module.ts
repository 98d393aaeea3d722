import { Module } from '@nestjs/common';
import { systemClock } from '#kernel';
import { OldFigures } from '#storage';
import { AssetRepository } from '../assets/asset.repository.ts';
import { AssetService } from '../assets/asset.service.ts';
import { AssetChanges } from '../assets/asset-changes.ts';
import { PipelineModule } from '../pipeline/pipeline.module.ts';
import { RemovalModule } from '../removal/removal.module.ts';
import { TextModule } from '../text/text.module.ts';
import { CandidateRepository } from './candidate.repository.ts';
import { DeletionJournal } from './deletion-journal.repository.ts';
import { DeletionRequestService } from './deletion-request.service.ts';
import { HoldRepository } from './hold.repository.ts';
import { HoldService } from './hold.service.ts';
import { PolicyRepository } from './policy.repository.ts';
import { PreviewRepository } from './preview.repository.ts';
import { RetentionService } from './retention.service.ts';
import { RetentionTimer } from './retention.timer.ts';
import { RETENTION_CLOCK } from './retention.tokens.ts';
import { RetentionPlanner } from './retention-planner.ts';
import { RetentionRunHandler } from './retention-run.handler.ts';
import { RetentionRunner } from './retention-runner.ts';
import { ApplianceAuditTraces, AuditTraces } from './traces/audit-traces.ts';
import { AggregateTraces, MetricTraces } from './traces/figure-traces.ts';
import { LogTraces } from './traces/log-traces.ts';
import { TraceJournal } from './traces/trace-journal.repository.ts';
import { TRACE_STORES, TraceKeeper } from './traces/trace-keeper.ts';
import { TraceRunner } from './traces/trace-runner.ts';
import type { TraceStore } from './traces/trace-store.ts';
import { SearchHistoryTraces, SessionTraces } from './traces/usage-traces.repository.ts';

const repositories = [CandidateRepository, DeletionJournal, HoldRepository, PolicyRepository, PreviewRepository, TraceJournal];
const services = [DeletionRequestService, HoldService, RetentionPlanner, RetentionService, TraceKeeper];
const stores = [
  SearchHistoryTraces,
  SessionTraces,
  AuditTraces,
  ApplianceAuditTraces,
  LogTraces,
  MetricTraces,
  AggregateTraces,
];
const traces = { provide: TRACE_STORES, inject: stores, useFactory: (...all: TraceStore[]) => all };
const clock = { provide: RETENTION_CLOCK, useValue: systemClock };

/** How long things are kept, and who forbids their deletion, for every process. */
@Module({
  imports: [PipelineModule, TextModule],
  providers: [...repositories, ...services, ...stores, traces, OldFigures, AssetChanges, AssetRepository, AssetService, clock],
  exports: [...repositories, ...services, AssetService, clock],
})
export class RetentionModule {}

/** Deleting what is due. Worker processes only. */
@Module({
  imports: [RetentionModule, RemovalModule],
  providers: [RetentionRunner, TraceRunner, RetentionRunHandler, RetentionTimer],
  exports: [RetentionRunner, RetentionTimer],
})
export class RetentionJobsModule {}
