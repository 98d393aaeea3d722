import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { CandidateRepository, type OldestRow } from './candidate.repository.ts';
import { type Candidate, decide, dueOf } from './domain/decide.ts';
import { type Preview, previewOf } from './domain/preview.ts';
import { keepingEverything, type Policies } from './domain/retention-class.ts';
import { PreviewRepository } from './preview.repository.ts';
import { TraceKeeper } from './traces/trace-keeper.ts';

const pageSize = 2000;
/** Finding what is due may read and sort all of it; so rarely, and no more than ids. */
const idsAtOnce = 100_000;

/** What emptying the trash goes by: all that is in it is due, and nothing else. */
export const emptyingTrash: Policies = { ...keepingEverything, trash: 0 };

/** Finds what policies would delete. A preview adds it up in the database; a run goes through it asset by asset. */
@Injectable()
export class RetentionPlanner {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(CandidateRepository) private readonly candidates: CandidateRepository,
    @Inject(PreviewRepository) private readonly previews: PreviewRepository,
    @Inject(TraceKeeper) private readonly traces: TraceKeeper,
  ) {}

  /** What policies would do at an instant, added up. */
  async preview(policies: Policies, instant: Date): Promise<Preview> {
    const groups = await this.database.run((sql) => this.previews.addUp(sql, policies, instant));
    return previewOf(policies, instant, groups, await this.traces.preview(policies, instant));
  }

  /** Assets that are to go at an instant, a page at a time. */
  async *due(policies: Policies, instant: Date): AsyncGenerator<Candidate[]> {
    for await (const page of this.pages(policies, instant))
      yield page.filter((asset) => decide(asset, policies, instant).verdict === 'delete');
  }

  /** When the first asset that nobody holds is due: its day may be past. Undefined where nothing ever is. */
  async firstDue(policies: Policies): Promise<Date | undefined> {
    const oldest = await this.database.run((sql) => this.candidates.oldest(sql));
    return oldest.map((row) => firstOf(row, policies)).reduce(earlier, undefined);
  }

  private async *pages(policies: Policies, instant: Date): AsyncGenerator<Candidate[]> {
    let after: string | undefined;
    do {
      const ids = await this.database.run((sql) => this.candidates.dueIds(sql, policies, instant, after, idsAtOnce));
      for (let start = 0; start < ids.length; start += pageSize)
        yield await this.database.run((sql) => this.candidates.find(sql, ids.slice(start, start + pageSize)));
      after = ids.length === idsAtOnce ? ids.at(-1) : undefined;
    } while (after !== undefined);
  }
}

/** The oldest arrival and the oldest in the trash need not be the same asset; each counts for its own rule. */
function firstOf({ kind, addedAt, trashedAt }: OldestRow, policies: Policies): Date | undefined {
  return dueOf({ kind, addedAt, trashedAt }, policies)?.at;
}

function earlier(left: Date | undefined, right: Date | undefined): Date | undefined {
  if (!left || !right) return left ?? right;
  return left < right ? left : right;
}
