import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { TenantDatabase } from '#database';
import { type AnswerOf, type Clock, type InputOf, newId } from '#kernel';
import { Outbox, priorities } from '#queue';
import type { emptyTrash, getTrash, listDeletionItems, listDeletionRuns, runRetention } from '../http/retention.contract.ts';
import { CandidateRepository } from './candidate.repository.ts';
import { DeletionJournal, type DeletionRun, type RunOrigin } from './deletion-journal.repository.ts';
import { daysAfter } from './domain/decide.ts';
import { PolicyRepository } from './policy.repository.ts';
import { retentionRun } from './retention.jobs.ts';
import { RetentionService } from './retention.service.ts';
import { RETENTION_CLOCK } from './retention.tokens.ts';
import { runActive, runNotFound, trashChanged } from './retention-errors.ts';
import { emptyingTrash, RetentionPlanner } from './retention-planner.ts';
import { asRunAnswer } from './run-answer.ts';

const runsShown = 50;

/** What people ask to have deleted, and what came of it. Workers with the role storage delete. */
@Injectable()
export class DeletionRequestService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(DeletionJournal) private readonly journal: DeletionJournal,
    @Inject(RetentionService) private readonly retention: RetentionService,
    @Inject(RetentionPlanner) private readonly planner: RetentionPlanner,
    @Inject(CandidateRepository) private readonly candidates: CandidateRepository,
    @Inject(PolicyRepository) private readonly policies: PolicyRepository,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(RETENTION_CLOCK) private readonly clock: Clock,
  ) {}

  /** Has deleted what a preview of the policies as they are showed. Throws as `RetentionService.confirm`, or RETENTION_RUN_ACTIVE. */
  async run(digest: string): Promise<AnswerOf<typeof runRetention>> {
    requireAccess('retention.update');
    const { instant, total } = await this.retention.confirm(digest);
    return asRunAnswer(await this.ask('asked', instant, { digest, ...total }));
  }

  /** Has the trash emptied. Throws TRASH_CHANGED where another number of assets would go, or RETENTION_RUN_ACTIVE. */
  async emptyTrash(assets: number): Promise<AnswerOf<typeof emptyTrash>> {
    requireAccess('retention.update');
    const now = this.clock.now();
    const { total } = await this.planner.preview(emptyingTrash, now);
    if (total.assets !== assets) throw trashChanged(assets, total.assets);
    return asRunAnswer(await this.ask('trash', now, { ...total }));
  }

  /** How much is in the trash, and when the first of it goes. */
  async trash(): Promise<AnswerOf<typeof getTrash>> {
    requireAccess('asset.read');
    const { held } = await this.planner.preview(emptyingTrash, this.clock.now());
    return this.database.run(async (sql) => {
      const { trash: keepDays } = await this.policies.current(sql);
      const counts = await this.candidates.count(sql, true);
      const trashed = (await this.candidates.oldest(sql, true)).flatMap(({ trashedAt }) => trashedAt?.getTime() ?? []);
      const first = keepDays === null || trashed.length === 0 ? null : daysAfter(new Date(Math.min(...trashed)), keepDays);
      return {
        keepDays,
        assets: counts.reduce((sum, row) => sum + row.assets, 0),
        bytes: counts.reduce((sum, row) => sum + row.bytes, 0),
        heldAssets: held.assets,
        firstAt: first?.toISOString() ?? null,
      };
    });
  }

  async listRuns(): Promise<AnswerOf<typeof listDeletionRuns>> {
    requireAccess('retention.read');
    return { items: (await this.database.run((sql) => this.journal.newest(sql, runsShown))).map(asRunAnswer) };
  }

  /** The journal of a run, a page at a time. Throws RETENTION_RUN_NOT_FOUND. */
  async listItems(
    id: string,
    { cursor, limit }: InputOf<typeof listDeletionItems>['query'],
  ): Promise<AnswerOf<typeof listDeletionItems>> {
    requireAccess('retention.read');
    return this.database.run(async (sql) => {
      if (!(await this.journal.find(sql, id))) throw runNotFound(id);
      const rows = await this.journal.items(sql, id, cursor, limit + 1);
      const items = rows.slice(0, limit).map(({ dueAt, updatedAt, ...item }) => {
        return { ...item, dueAt: dueAt.toISOString(), updatedAt: updatedAt.toISOString() };
      });
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.assetId ?? null) : null };
    });
  }

  /** Begins the daily run of the current organisation; answers whether there was none already. */
  async begin(): Promise<boolean> {
    requireAccess('retention.update');
    return (await this.write('clock', this.clock.now())) !== undefined;
  }

  private async ask(origin: RunOrigin, instant: Date, detail: Record<string, unknown>): Promise<DeletionRun> {
    const run = await this.write(origin, instant, detail);
    if (!run) throw runActive();
    return run;
  }

  private write(origin: RunOrigin, instant: Date, detail?: Record<string, unknown>): Promise<DeletionRun | undefined> {
    return this.database.run(async (sql) => {
      const id = newId();
      if (!(await this.journal.add(sql, { id, origin, instant, askedAt: this.clock.now() }))) return undefined;
      await this.outbox.add(sql, retentionRun, { payload: { runId: id }, priority: priorities.normal });
      const action = origin === 'trash' ? 'trash.emptying-asked' : 'retention.run-asked';
      if (detail) await this.audit.record(sql, { action, target: { kind: 'deletion-run', id }, detail });
      return this.journal.find(sql, id);
    });
  }
}
