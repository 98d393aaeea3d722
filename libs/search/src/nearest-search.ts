import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { currentContext } from '#kernel';
import { exactBound, isWorthWalking, planLimits, planSample, planWalk, rowsFor } from './domain/vector-plan.ts';
import { type NearestQuery, NearestRepository, type NearRow, type OwnCount } from './nearest.repository.ts';
import { restricts } from './search-filter.repository.ts';

/** An asset by the part of it that is nearest. */
export interface NearHit {
  assetId: string;
  part: number;
  atSeconds: number | null;
  similarity: number;
}

export interface NearestAnswer {
  /** Nearest first, each asset once. As many as wanted whenever as many exist. */
  hits: NearHit[];
  /** How they were found, in words. */
  plan: string;
}

/** Numbers of vectors and candidates only choose the way and the width of walks: they may be a minute old. */
const countedForMs = 60_000;
const mostCounts = 10_000;

function keyOf({ space, filters }: NearestQuery): string {
  return `${currentContext().organisationId}/${space.id}/${JSON.stringify(filters)}`;
}

function compareRows(left: NearRow, right: NearRow): number {
  if (left.similarity !== right.similarity) return right.similarity - left.similarity;
  return left.assetId === right.assetId ? left.part - right.part : left.assetId < right.assetId ? -1 : 1;
}

/** Every asset once, by its nearest part, without the trashed: nearest first, ties by id. */
function eachOnce(rows: NearRow[], wanted: number): NearHit[] {
  const hits = new Map<string, NearHit>();
  for (const { assetId, part, atSeconds, similarity, visible } of rows.toSorted(compareRows)) {
    if (hits.size === wanted) break;
    if (visible && !hits.has(assetId)) hits.set(assetId, { assetId, part, atSeconds, similarity });
  }
  return [...hits.values()];
}

/**
 * The planner of searches by vectors: counts what the filter lets through, compares each where they are few, walks the graph where they
 * are many and near, and compares after all where the walk ends short. The answer is never shorter than what exists.
 */
@Injectable()
export class NearestSearch {
  /** Changed only by tests, which cannot fill a library large enough to be walked. */
  limits = planLimits;
  private readonly counts = new Map<string, { own: OwnCount; at: number }>();
  private readonly many = new Map<string, { bound: number; at: number }>();

  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(NearestRepository) private readonly nearest: NearestRepository,
  ) {}

  /** The `wanted` assets nearest to a vector among those that the filters let through. */
  async find(query: NearestQuery, wanted: number): Promise<NearestAnswer> {
    return this.database.run(async (sql) => {
      const own = await this.countOwn(sql, query.space);
      const indexed = await this.nearest.indexedVectors(sql, query.space, own.vectors);
      const share = own.vectors / Math.max(indexed, 1);
      if (!restricts(query.filters))
        return own.vectors <= this.limits.readThrough
          ? this.compareOwn(sql, query, wanted, own.vectors)
          : this.walk(sql, query, wanted, share);
      const bound = exactBound(wanted, indexed, this.limits);
      const inAssets = Math.ceil((bound * Math.max(own.assets, 1)) / Math.max(own.vectors, 1));
      const few = this.isKnownAsMany(query, inAssets) ? undefined : await this.compareFew(sql, query, wanted, inAssets);
      if (few) return few;
      const sample = await this.nearest.sampleWalk(sql, query, planSample(share));
      if (isWorthWalking(sample, wanted, share, bound))
        return this.walk(sql, query, wanted, (share * sample.passing) / sample.met);
      const plan = `exact: more than ${inAssets} candidates compared, as ${sample.passing} of the nearest ${sample.met} pass`;
      return { hits: await this.compareEach(sql, query, wanted), plan };
    });
  }

  /** Whether the filter let more through when it was last counted. Choosing by an old count costs time, never hits. */
  private isKnownAsMany(query: NearestQuery, bound: number): boolean {
    const known = this.many.get(keyOf(query));
    return known !== undefined && known.bound >= bound && performance.now() - known.at < countedForMs;
  }

  private async compareFew(sql: Sql, query: NearestQuery, wanted: number, bound: number): Promise<NearestAnswer | undefined> {
    let candidates = 0;
    const hits = await this.untilEnough(wanted, async (rows) => {
      const found = await this.nearest.compareCandidates(sql, query, rows, bound);
      candidates = found.candidates;
      return found.rows;
    });
    if (candidates > bound) {
      if (this.many.size >= mostCounts) this.many.clear();
      this.many.set(keyOf(query), { bound, at: performance.now() });
      return undefined;
    }
    return { hits, plan: `exact: ${candidates} candidates of at most ${bound} compared` };
  }

  private async compareOwn(sql: Sql, query: NearestQuery, wanted: number, own: number): Promise<NearestAnswer> {
    const hits = await this.untilEnough(wanted, (rows) => this.nearest.compareAll(sql, query, rows));
    return { hits, plan: `exact: all ${own} vectors compared` };
  }

  /** Every candidate, however many. */
  private compareEach(sql: Sql, query: NearestQuery, wanted: number): Promise<NearHit[]> {
    return this.untilEnough(wanted, async (rows) =>
      restricts(query.filters)
        ? (await this.nearest.compareCandidates(sql, query, rows, null)).rows
        : this.nearest.compareAll(sql, query, rows),
    );
  }

  private async walk(sql: Sql, query: NearestQuery, wanted: number, share: number): Promise<NearestAnswer> {
    const settings = planWalk(wanted, share);
    let short = false;
    const hits = await this.untilEnough(wanted, async (rows) => {
      const found = await this.nearest.walk(sql, query, { ...settings, rows });
      short = found.length < rows;
      return found;
    });
    const plan = `ann: ef_search ${settings.efSearch}, at most ${settings.maxScanTuples} vectors visited`;
    if (hits.length === wanted || !short) return { hits, plan };
    return {
      hits: await this.compareEach(sql, query, wanted),
      plan: `exact: after ${plan}, which ended with ${hits.length} of ${wanted}`,
    };
  }

  /** Asks for more rows while parts of the same asset, or trash, leave too few assets. */
  private async untilEnough(wanted: number, ask: (rows: number) => Promise<NearRow[]>): Promise<NearHit[]> {
    for (let rows = rowsFor(wanted); ; rows *= 4) {
      const found = await ask(rows);
      const hits = eachOnce(found, wanted);
      if (hits.length === wanted || found.length < rows) return hits;
    }
  }

  private async countOwn(sql: Sql, space: NearestQuery['space']): Promise<OwnCount> {
    const key = `${currentContext().organisationId}/${space.id}`;
    const known = this.counts.get(key);
    if (known && performance.now() - known.at < countedForMs) return known.own;
    const own = await this.nearest.ownVectors(sql, space);
    this.counts.set(key, { own, at: performance.now() });
    return own;
  }
}
