import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, runAs } from '#kernel';
import { type JobDefinition, Outbox, priorities } from '#queue';
import { PipelineBatchRepository, type RerunChoice } from './batch.repository.ts';
import { pipelineForget, pipelineRefresh, pipelineRerun } from './pipeline.jobs.ts';

/** Work on the assets of every organisation: models and versions belong to the appliance. */
@Injectable()
export class PipelineEverywhere {
  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PipelineBatchRepository) private readonly batches: PipelineBatchRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** How many assets of the current organisation a choice is. */
  countAffected(choice: RerunChoice): Promise<number> {
    return this.database.run((sql) => this.batches.count(sql, choice));
  }

  /**
   * Runs steps again in the background for the chosen assets of every organisation. Due in all of them or in none, with the running
   * transaction of the SystemDatabase if there is one: then a change and the work that follows from it are never parted by a crash.
   */
  rerun(choice: RerunChoice, reason: string): Promise<void> {
    return this.addEverywhere(pipelineRerun, { ...choice, reason });
  }

  /** Takes away in the background what a disabled model has made in every organisation; due as with `rerun`. */
  forget(payload: z.input<typeof pipelineForget.payload>): Promise<void> {
    return this.addEverywhere(pipelineForget, payload);
  }

  /** Looks in the background for what older versions made. Harmless when called at every start of every process. */
  async refresh(): Promise<void> {
    await this.inEveryOrganisation(() =>
      this.database.run(async (sql) => {
        if (await this.batches.isUnderWay(sql, pipelineRefresh.name)) return;
        await this.outbox.add(sql, pipelineRefresh, { payload: {}, priority: priorities.background });
      }),
    );
  }

  private addEverywhere<Payload extends z.ZodType>(job: JobDefinition<Payload>, payload: z.input<Payload>): Promise<void> {
    return this.system.run((sql) =>
      this.inEveryOrganisation(async () => {
        await this.outbox.add(sql, job, { payload, priority: priorities.background });
      }),
    );
  }

  private async inEveryOrganisation(work: () => Promise<void>): Promise<void> {
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    const actor = { kind: 'system' as const, id: 'pipeline', label: 'pipeline' };
    for (const { id } of organisations)
      await runAs({ organisationId: id, actor, permissions: new Set(), requestId: newId() }, work);
  }
}
