import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { DeadLetterRetry } from '#queue';
import { PipelineBatchRepository } from './batch.repository.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { registerOwnGates } from './own-gates.ts';
import { PipelineService } from './pipeline.service.ts';
import { PipelineEvents } from './pipeline-events.ts';
import { PipelineEverywhere } from './pipeline-everywhere.ts';
import { PipelinePlanner } from './pipeline-planner.ts';
import { StepGateRegistry } from './step-gates.ts';

const services = [
  LedgerRepository,
  PipelineBatchRepository,
  PipelineEvents,
  StepGateRegistry,
  PipelinePlanner,
  PipelineService,
  PipelineEverywhere,
];

/** Starts assets on their way and plans what comes next, in any process. */
@Module({
  providers: services,
  exports: services,
})
export class PipelineModule implements OnModuleInit {
  constructor(
    @Inject(DeadLetterRetry) private readonly retry: DeadLetterRetry,
    @Inject(PipelineService) private readonly pipeline: PipelineService,
    @Inject(StepGateRegistry) private readonly gates: StepGateRegistry,
  ) {}

  onModuleInit(): void {
    registerOwnGates(this.gates);
    this.retry.onRetry(async (sql, jobs) => {
      for (const { assetId, job } of jobs) if (assetId) await this.pipeline.resume(sql, assetId, job);
    });
  }
}
