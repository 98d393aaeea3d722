import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { type Sql, TenantDatabase } from '#database';
import { asHoldfastError, type Clock } from '#kernel';
import { failpoint } from '#storage';
import { loggerFor } from '#telemetry';
import { AssetRemoval } from '../removal/asset-removal.ts';
import { CandidateRepository } from './candidate.repository.ts';
import { DeletionJournal, type DeletionRun } from './deletion-journal.repository.ts';
import { type Candidate, type Decision, decide } from './domain/decide.ts';
import { mustStop } from './domain/error-rate.ts';
import type { Policies } from './domain/retention-class.ts';
import { PolicyRepository } from './policy.repository.ts';
import { RETENTION_CLOCK } from './retention.tokens.ts';
import { runInterrupted } from './retention-errors.ts';
import { emptyingTrash, RetentionPlanner } from './retention-planner.ts';
import { TraceRunner } from './traces/trace-runner.ts';

const logger = loggerFor('retention');
const batchSize = 500;
/** Between batches, so that who waits for locks or disks comes first. */
const pauseMs = 200;

const sparedReasons: Record<Exclude<Decision['verdict'], 'delete'>, string> = {
  keep: 'It is not due any more: it was taken out of the trash, or is to be kept longer.',
  held: 'A legal hold stands.',
  moving: 'It is on its way to another tier; a later run deletes it.',
};

/** Deletes what is due: first all of it stands in the journal, then it goes batch by batch. May be killed anywhere and run again. */
@Injectable()
export class RetentionRunner {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(DeletionJournal) private readonly journal: DeletionJournal,
    @Inject(CandidateRepository) private readonly candidates: CandidateRepository,
    @Inject(PolicyRepository) private readonly policies: PolicyRepository,
    @Inject(RetentionPlanner) private readonly planner: RetentionPlanner,
    @Inject(TraceRunner) private readonly traces: TraceRunner,
    @Inject(AssetRemoval) private readonly removal: AssetRemoval,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(RETENTION_CLOCK) private readonly clock: Clock,
  ) {}

  /** Carries a run on from wherever it is. Throws RETENTION_INTERRUPTED when told to stop; the next call goes on. */
  async run(runId: string, signal?: AbortSignal): Promise<void> {
    requireAccess('retention.update');
    const run = await this.database.run(async (sql) => {
      await this.journal.start(sql, runId, this.clock.now());
      return this.journal.find(sql, runId);
    });
    if (!run || run.endedAt) return;
    if (!run.plannedAt) await this.plan(run);
    failpoint('retention.planned');
    const stopped = await this.deleteAll(run, signal);
    if (!stopped) await this.traces.remove(run, await this.database.run((sql) => this.policiesOf(sql, run)), signal);
    await this.end(runId, stopped);
  }

  /** Ends a run for good, with the reason where it did less than planned. */
  async end(runId: string, stopped?: { code: string; message: string }): Promise<void> {
    requireAccess('retention.update');
    await this.database.run(async (sql) => {
      if (!(await this.journal.end(sql, runId, this.clock.now(), stopped))) return;
      const run = await this.journal.find(sql, runId);
      const { planned, deleted, spared, failed, deletedObjects, deletedBytes, deletedTraces } = run as DeletionRun;
      const detail = { planned, deleted, spared, failed, deletedObjects, deletedBytes, deletedTraces };
      if (planned > 0 || deletedTraces > 0 || stopped)
        await this.audit.record(sql, {
          action: 'retention.run-ended',
          target: { kind: 'deletion-run', id: runId },
          detail: { ...detail, ...(stopped ? { stopped } : {}) },
        });
      logger.info({ run: runId, ...detail, stopped }, 'A run that deletes has ended');
    });
  }

  private async plan(run: DeletionRun): Promise<void> {
    const policies = await this.database.run((sql) => this.policiesOf(sql, run));
    for await (const page of this.planner.due(policies, run.instant)) {
      const items = page.flatMap((asset) => {
        const { due } = decide(asset, policies, run.instant);
        return due ? [{ assetId: asset.assetId, due, bytes: asset.bytes }] : [];
      });
      await this.database.run((sql) => this.journal.plan(sql, run.id, items));
      failpoint('retention.page-planned');
    }
    if (run.origin !== 'trash') await this.traces.plan(run, policies);
    await this.database.run((sql) => this.journal.notePlanned(sql, run.id, this.clock.now()));
  }

  private async deleteAll(run: DeletionRun, signal?: AbortSignal): Promise<{ code: string; message: string } | undefined> {
    for (;;) {
      if (signal?.aborted) throw runInterrupted();
      const taken = await this.deleteBatch(run, batchSize).catch((thrown) => this.deleteSingly(run, thrown));
      failpoint('retention.batch-committed');
      if (taken === 0) return undefined;
      const now = await this.database.run((sql) => this.journal.find(sql, run.id));
      if (now && mustStop(now.failed, now.failed + now.deleted))
        return { code: 'RETENTION_FAILING', message: `${now.failed} assets could not be deleted; the rest was left alone.` };
      await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }

  /** Takes some assets through in one transaction; answers how many. */
  private deleteBatch(run: DeletionRun, limit: number): Promise<number> {
    return this.database.run(async (sql) => {
      const ids = await this.journal.next(sql, run.id, limit);
      if (ids.length === 0) return 0;
      // Locked first and looked at then: a hold that has committed by now is seen, one that comes later finds the assets gone.
      await this.candidates.lock(sql, ids);
      const policies = await this.policiesOf(sql, run);
      const found = new Map((await this.candidates.find(sql, ids)).map((asset) => [asset.assetId, asset]));
      const spared = ids.flatMap((assetId) => {
        const reason = reasonToSpare(found.get(assetId), policies, run.instant);
        return reason ? [{ assetId, reason }] : [];
      });
      await this.journal.settle(sql, run.id, 'spared', spared);
      const kept = new Set(spared.map(({ assetId }) => assetId));
      await this.remove(
        sql,
        run,
        [...found.values()].filter(({ assetId }) => !kept.has(assetId)),
        policies,
      );
      failpoint('retention.before-commit');
      return ids.length;
    });
  }

  private async remove(sql: Sql, run: DeletionRun, assets: readonly Candidate[], policies: Policies): Promise<void> {
    if (assets.length === 0) return;
    const ids = assets.map(({ assetId }) => assetId);
    const files = await this.candidates.filesOf(sql, ids);
    const fromTrash = ids.filter(
      (_, index) => decide(assets[index] as Candidate, policies, run.instant).due?.class === 'trash',
    );
    const others = ids.filter((id) => !fromTrash.includes(id));
    for (const [group, reason] of [[fromTrash, 'trash'] as const, [others, 'retention'] as const]) {
      if (group.length === 0) continue;
      const { objects, bytes } = await this.removal.remove(sql, group, reason);
      await this.journal.addUp(sql, run.id, { objects, bytes });
      const target = { kind: 'asset', id: group.length === 1 ? String(group[0]) : 'several' };
      await this.audit.record(sql, {
        action: 'asset.deleted',
        target,
        detail: { run: run.id, because: reason, ids: group, objects, bytes },
      });
    }
    await this.journal.settle(sql, run.id, 'files-noted', files);
    failpoint('retention.rows-gone');
  }

  /** After a batch that failed: one asset at a time, so that a bad one does not keep the others. */
  private async deleteSingly(run: DeletionRun, thrown: unknown): Promise<number> {
    if (asHoldfastError(thrown).kind === 'unavailable') throw thrown;
    let taken = 0;
    for (let turn = 0; turn < batchSize; turn += 1) {
      const [assetId] = await this.database.run((sql) => this.journal.next(sql, run.id, 1));
      if (!assetId) break;
      taken += 1;
      await this.deleteBatch(run, 1).catch(async (error) => {
        const { kind, code, message } = asHoldfastError(error);
        if (kind === 'unavailable') throw error;
        logger.warn({ err: error, run: run.id, assetId }, 'An asset could not be deleted');
        await this.database.run((sql) =>
          this.journal.settle(sql, run.id, 'failed', [{ assetId, reason: `${code}: ${message}` }]),
        );
      });
      const now = await this.database.run((sql) => this.journal.find(sql, run.id));
      if (now && mustStop(now.failed, now.failed + now.deleted)) break;
    }
    return taken;
  }

  /** By what holds now, not by what held when the run was asked for: whoever lengthened a time meanwhile is heard. */
  private async policiesOf(sql: Sql, { origin }: DeletionRun): Promise<Policies> {
    return origin === 'trash' ? emptyingTrash : this.policies.current(sql);
  }
}

function reasonToSpare(asset: Candidate | undefined, policies: Policies, instant: Date): string | undefined {
  if (!asset) return 'It was gone already.';
  const { verdict } = decide(asset, policies, instant);
  return verdict === 'delete' ? undefined : sparedReasons[verdict];
}
