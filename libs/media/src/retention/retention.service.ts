import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { type Sql, TenantDatabase } from '#database';
import type { AnswerOf, Clock, InputOf } from '#kernel';
import type { listRetentionPolicies, previewRetention, saveRetentionPolicies } from '../http/retention.contract.ts';
import { CandidateRepository, type KindCount } from './candidate.repository.ts';
import { DeletionJournal } from './deletion-journal.repository.ts';
import { daysAfter } from './domain/decide.ts';
import { instantOfDigest, type Preview } from './domain/preview.ts';
import {
  classOf,
  fixedClasses,
  leastDays,
  type Policies,
  type SettableClass,
  settableClasses,
  type TraceName,
  tooShort,
  traceClasses,
} from './domain/retention-class.ts';
import { PolicyRepository, type PolicyRow } from './policy.repository.ts';
import { RETENTION_CLOCK } from './retention.tokens.ts';
import { daysTooFew, previewChanged, previewInvalid, previewStale } from './retention-errors.ts';
import { RetentionPlanner } from './retention-planner.ts';
import { asRunAnswer } from './run-answer.ts';
import { TraceKeeper } from './traces/trace-keeper.ts';

type PolicyList = AnswerOf<typeof listRetentionPolicies>;
type PreviewAnswer = AnswerOf<typeof previewRetention>;
type Changes = InputOf<typeof previewRetention>['body']['policies'];

const longestPreviewMs = 600_000;

/** How long things are kept: what holds, what would hold, and saving it. */
@Injectable()
export class RetentionService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PolicyRepository) private readonly policies: PolicyRepository,
    @Inject(CandidateRepository) private readonly candidates: CandidateRepository,
    @Inject(DeletionJournal) private readonly journal: DeletionJournal,
    @Inject(RetentionPlanner) private readonly planner: RetentionPlanner,
    @Inject(TraceKeeper) private readonly traces: TraceKeeper,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(RETENTION_CLOCK) private readonly clock: Clock,
  ) {}

  async list(): Promise<PolicyList> {
    requireAccess('retention.read');
    return this.database.run((sql) => this.read(sql));
  }

  /** What the policies would delete with these changes. Throws RETENTION_TOO_SHORT. */
  async preview(changes: Changes): Promise<PreviewAnswer> {
    requireAccess('retention.read');
    const policies = await this.changed(changes);
    const found = await this.planner.preview(policies, this.clock.now());
    return {
      ...found,
      instant: found.instant.toISOString(),
      firstAt: await this.firstAt(found, policies),
      traces: found.traces.map(({ firstAt, ...traces }) => ({ ...traces, firstAt: firstAt?.toISOString() ?? null })),
    };
  }

  /** Saves what was previewed. Throws RETENTION_PREVIEW_INVALID, RETENTION_PREVIEW_STALE, RETENTION_PREVIEW_CHANGED or RETENTION_TOO_SHORT. */
  async save({ policies: changes, digest }: InputOf<typeof saveRetentionPolicies>['body']): Promise<PolicyList> {
    requireAccess('retention.update');
    const { total, traces } = await this.confirm(digest, await this.changed(changes));
    return this.database.run(async (sql) => {
      const before = await this.policies.current(sql);
      const decided = settableClasses.filter((name) => changes[name] !== undefined && changes[name] !== before[name]);
      for (const name of decided) await this.policies.save(sql, name, changes[name] ?? null, this.clock.now());
      const detail = Object.fromEntries(decided.map((name) => [name, { from: before[name], to: changes[name] ?? null }]));
      if (decided.length > 0)
        await this.audit.record(sql, {
          action: 'retention.updated',
          target: { kind: 'retention', id: decided.length === 1 ? String(decided[0]) : 'several' },
          detail: { ...detail, wouldDelete: total, traces: going(traces), digest },
        });
      return this.read(sql);
    });
  }

  /** Whether a digest names what policies would do, looked at a moment ago; answers it. */
  async confirm(digest: string, policies?: Policies): Promise<Preview> {
    const instant = instantOfDigest(digest);
    const now = this.clock.now();
    if (!instant || instant > now) throw previewInvalid(digest);
    if (now.getTime() - instant.getTime() > longestPreviewMs) throw previewStale();
    const found = await this.planner.preview(policies ?? (await this.changed({})), instant);
    if (found.digest !== digest) throw previewChanged();
    return found;
  }

  private async changed(changes: Changes): Promise<Policies> {
    const wrong = tooShort(changes);
    if (wrong) throw daysTooFew(wrong.class, wrong.days, wrong.least);
    const current = await this.database.run((sql) => this.policies.current(sql));
    return { ...current, ...Object.fromEntries(Object.entries(changes).filter(([, days]) => days !== undefined)) };
  }

  private async firstAt({ total }: Preview, policies: Policies): Promise<string | null> {
    const nextRun = await this.database.run((sql) => this.nextRunAt(sql));
    if (total.assets > 0) return nextRun.toISOString();
    const due = await this.planner.firstDue(policies);
    return due ? new Date(Math.max(due.getTime(), nextRun.getTime())).toISOString() : null;
  }

  /** The clock begins a run a day after its last one. */
  private async nextRunAt(sql: Sql): Promise<Date> {
    const now = this.clock.now();
    const last = await this.journal.lastByClock(sql);
    return last && daysAfter(last, 1) > now ? daysAfter(last, 1) : now;
  }

  private async read(sql: Sql): Promise<PolicyList> {
    const current = await this.policies.current(sql);
    const rows = await this.policies.list(sql);
    const traces = await this.traces.amounts();
    const counts = amountsOf(await this.candidates.count(sql), await this.candidates.count(sql, true));
    const [last] = await this.journal.newest(sql, 1);
    return {
      items: [
        ...settableClasses.map((name) => answerOf(name, current, rows, counts, traces.get(name as TraceName))),
        ...fixedClasses.map(fixedAnswer),
      ],
      nextRunAt: (await this.nextRunAt(sql)).toISOString(),
      lastRun: last ? asRunAnswer(last) : null,
    };
  }
}

type Amounts = Map<SettableClass, { assets: number; bytes: number }>;

function amountsOf(all: readonly KindCount[], trashed: readonly KindCount[]): Amounts {
  const amounts: Amounts = new Map();
  const raise = (name: SettableClass, { assets, bytes }: KindCount) => {
    const known = amounts.get(name) ?? { assets: 0, bytes: 0 };
    amounts.set(name, { assets: known.assets + assets, bytes: known.bytes + bytes });
  };
  for (const row of all) raise(classOf(row.kind), row);
  for (const row of trashed) raise('trash', row);
  return amounts;
}

function answerOf(
  name: SettableClass,
  current: Policies,
  rows: readonly PolicyRow[],
  amounts: Amounts,
  traces: { entries: number; bytes: number | null } | undefined,
): PolicyList['items'][number] {
  const row = rows.find((one) => one.class === name);
  const isTrace = traceClasses.some((one) => one === name);
  const { assets, bytes } = amounts.get(name) ?? { assets: 0, bytes: 0 };
  return {
    class: name,
    settable: true,
    keepDays: current[name],
    note: null,
    assets: isTrace ? null : assets,
    bytes: isTrace ? (traces?.bytes ?? null) : bytes,
    entries: traces?.entries ?? null,
    leastDays: leastDays[name] ?? null,
    changedBy: row?.changedBy ?? null,
    changedAt: row?.changedAt.toISOString() ?? null,
  };
}

function fixedAnswer(fixed: (typeof fixedClasses)[number]): PolicyList['items'][number] {
  return {
    ...fixed,
    settable: false,
    assets: null,
    bytes: null,
    entries: null,
    leastDays: null,
    changedBy: null,
    changedAt: null,
  };
}

/** Entries that go, by class. */
function going(traces: Preview['traces']): Record<string, number> {
  return Object.fromEntries(
    traces.flatMap(({ class: name, entries, keptBecause }) => (entries > 0 && !keptBecause ? [[name, entries]] : [])),
  );
}
