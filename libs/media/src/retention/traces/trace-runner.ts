import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { asHoldfastError } from '#kernel';
import { failpoint } from '#storage';
import { loggerFor } from '#telemetry';
import { DeletionJournal, type DeletionRun } from '../deletion-journal.repository.ts';
import type { Policies } from '../domain/retention-class.ts';
import { runInterrupted } from '../retention-errors.ts';
import { type PlannedTraceRow, TraceJournal } from './trace-journal.repository.ts';
import { TraceKeeper } from './trace-keeper.ts';
import type { TraceStore } from './trace-store.ts';

const logger = loggerFor('retention');
const keptLonger = 'It is to be kept longer by now.';

/** Removes what is no asset and due, class by class: first all of it stands in the journal. May be killed anywhere and run again. */
@Injectable()
export class TraceRunner {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(TraceKeeper) private readonly keeper: TraceKeeper,
    @Inject(TraceJournal) private readonly traces: TraceJournal,
    @Inject(DeletionJournal) private readonly runs: DeletionJournal,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  async plan(run: DeletionRun, policies: Policies): Promise<void> {
    for (const due of await this.keeper.due(policies, run.instant))
      if (due.entries > 0) await this.database.run((sql) => this.traces.plan(sql, run.id, due));
  }

  /** Removes what the journal of a run says, as far as the policies as they are now still want it. */
  async remove(run: DeletionRun, policies: Policies, signal?: AbortSignal): Promise<void> {
    const planned = await this.database.run((sql) => this.traces.planned(sql, run.id));
    if (planned.length === 0) return;
    const cutoffs = await this.keeper.cutoffs(policies, run.instant);
    for (const row of planned) {
      const [store, cutoff] = [...cutoffs].find(([one]) => one.class === row.class) ?? [];
      if (!store || !cutoff) await this.settle(run, row, 'spared', keptLonger);
      else await this.removeClass(run, store, { ...row, olderThan: earlier(cutoff, row.olderThan) }, signal);
    }
  }

  private async removeClass(run: DeletionRun, store: TraceStore, row: PlannedTraceRow, signal?: AbortSignal): Promise<void> {
    try {
      for (;;) {
        if (signal?.aborted) throw runInterrupted();
        const { entries, keptBecause } = await this.removeBatch(run, store, row);
        failpoint('retention.traces-gone');
        if (keptBecause !== undefined) return await this.settle(run, row, 'spared', keptBecause);
        if (entries === 0) return await this.settle(run, row, 'done');
      }
    } catch (error) {
      const { kind, code, message } = asHoldfastError(error);
      if (kind === 'unavailable') throw error;
      logger.warn({ err: error, run: run.id, class: row.class }, 'What is due of a class could not be deleted');
      await this.settle(run, row, 'failed', `${code}: ${message}`);
    }
  }

  private removeBatch(run: DeletionRun, store: TraceStore, row: PlannedTraceRow) {
    return this.database.run(async (sql) => {
      const removed = await store.remove(row, run.id);
      if (removed.entries > 0) {
        await this.traces.addUp(sql, run.id, row.class, removed);
        await this.runs.addUp(sql, run.id, { traces: removed.entries });
      }
      return removed;
    });
  }

  private async settle(
    run: DeletionRun,
    row: PlannedTraceRow,
    state: 'done' | 'spared' | 'failed',
    reason?: string,
  ): Promise<void> {
    await this.database.run(async (sql) => {
      const removed = await this.traces.settle(sql, run.id, row.class, state, reason);
      if (!removed) return;
      const { entries, bytes } = removed;
      await this.audit.record(sql, {
        action: 'retention.traces-deleted',
        target: { kind: 'retention', id: row.class },
        detail: { run: run.id, state, reason: reason ?? null, olderThan: row.olderThan, entries, bytes, names: row.names },
      });
    });
  }
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}
