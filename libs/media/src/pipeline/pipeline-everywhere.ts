import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, runAs } from '#kernel';
import { Outbox, priorities } from '#queue';
import { PipelineBatchRepository, type RerunChoice } from './batch.repository.ts';
import { pipelineRefresh, pipelineRerun } from './pipeline.jobs.ts';

/** Work on the assets of every organisation: models and versions belong to the appliance. */
@Injectable()
export class PipelineEverywhere {
  constructor(
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PipelineBatchRepository) private readonly batches: PipelineBatchRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Assets of these kinds in the current organisation. */
  countAffected(kinds: RerunChoice['kinds']): Promise<number> {
    return this.database.run((sql) => this.batches.count(sql, kinds));
  }

  /** Runs steps again in the background for all assets of these kinds, in every organisation. Survives restarts. */
  async rerun(choice: RerunChoice, reason: string): Promise<void> {
    await this.inEveryOrganisation(async () => {
      await this.database.run((sql) =>
        this.outbox.add(sql, pipelineRerun, { payload: { ...choice, reason }, priority: priorities.background }),
      );
    });
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

  private async inEveryOrganisation(work: () => Promise<void>): Promise<void> {
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    const actor = { kind: 'system' as const, id: 'pipeline', label: 'pipeline' };
    for (const { id } of organisations)
      await runAs({ organisationId: id, actor, permissions: new Set(), requestId: newId() }, work);
  }
}
