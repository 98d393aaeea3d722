import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { HoldfastError } from '#kernel';
import {
  type Alikeness,
  backgroundOf,
  combine,
  leastLikeness,
  scoreOfLikeness,
  scoreOfMeaning,
  unmeasured,
} from './domain/fusion.ts';
import { encodeHalfVector, unitVector } from './domain/half-vector.ts';
import type { LikenessWay } from './domain/reason.ts';
import { LikenessRepository, type LikenessSpace } from './likeness.repository.ts';
import { NearestSearch, type NearHit } from './nearest-search.ts';
import type { SearchFilters } from './search-filter.repository.ts';
import { SearchPorts } from './search-ports.ts';
import { VectorIndex } from './vector-index.ts';

/** An asset found by vectors, and why. */
export interface LikenessHit {
  assetId: string;
  score: number;
  ways: LikenessWay[];
}

export interface LikenessAnswer {
  /** Null where no vectors were searched. */
  hits: LikenessHit[] | null;
  unavailable: { way: 'meaning' | 'similar'; reason: string }[];
  plans: string[];
  /** Cosine of the nearest asset, whether it is alike or not; null where there is none, or none was asked for. */
  nearest: number | null;
}

/** Parts of a video that are searched for where it has no vector as a whole. */
const mostParts = 5;

/** Finds assets by vectors: what words mean, and what an asset looks like. */
@Injectable()
export class LikenessSearch {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(LikenessRepository) private readonly likeness: LikenessRepository,
    @Inject(NearestSearch) private readonly nearest: NearestSearch,
    @Inject(VectorIndex) private readonly vectors: VectorIndex,
    @Inject(SearchPorts) private readonly ports: SearchPorts,
  ) {}

  /** The assets that fit the meaning of the text, with a positive score. */
  async byMeaning(text: string, filters: SearchFilters, wanted: number): Promise<LikenessAnswer> {
    const meaning = await this.ports.textEmbedder.embed(text);
    const answer: LikenessAnswer = { hits: null, unavailable: [], plans: [], nearest: null };
    if (meaning.unavailable !== null) answer.unavailable.push({ way: 'meaning', reason: meaning.unavailable });
    for (const { space: name, vector } of meaning.vectors) {
      const space = await this.vectors.findSpace(name);
      if (!space) continue;
      const encoded = encodeHalfVector(unitVector(vector, space.dimensions));
      const found = await this.nearest.find({ space, vector: encoded, filters, except: null }, wanted);
      const sample = await this.database.run((sql) => this.likeness.sampleSimilarities(sql, space, encoded, null));
      const background = backgroundOf(sample);
      const hits = found.hits.map(({ assetId, similarity, atSeconds }) => ({
        assetId,
        score: scoreOfMeaning(similarity, background),
        ways: [{ way: 'meaning' as const, similarity, atSeconds, alike: [] }],
      }));
      answer.hits = mergeHits([...(answer.hits ?? []), ...hits.filter((hit) => hit.score > 0)]);
      answer.plans.push(`meaning in ${name} ${found.plan}`);
    }
    return answer;
  }

  /** The assets that look like one of them, nearest first; none where the nearest is no more alike than chance. Throws MEDIA_ASSET_NOT_FOUND. */
  async bySimilarity(assetId: string, filters: SearchFilters, wanted: number): Promise<LikenessAnswer> {
    return this.database.run(async (sql) => {
      const space = await this.likeness.findSpaceOf(sql, assetId);
      if (!space) {
        const reason = await this.whyNoVectors(sql, assetId);
        return { hits: null, unavailable: [{ way: 'similar', reason }], plans: [], nearest: null };
      }
      const own = await this.likeness.readVectors(sql, space, assetId, mostParts);
      const hits: LikenessHit[] = [];
      const plans: string[] = [];
      const nearest: number[] = [];
      for (const { vector } of own) {
        const encoded = encodeHalfVector(unitVector(JSON.parse(vector) as number[], space.dimensions));
        const found = await this.nearest.find({ space, vector: encoded, filters, except: assetId }, wanted);
        const sample = await this.likeness.sampleSimilarities(sql, space, encoded, assetId);
        const least = leastLikeness(backgroundOf(sample), space.alike ?? unmeasured);
        const scored = found.hits.map((hit) => ({ ...hit, score: scoreOfLikeness(hit.similarity, least) }));
        const alike = scored.filter(({ score }) => score > 0);
        hits.push(...(await this.explain(sql, space, encoded, alike)));
        plans.push(`similar in ${space.name} ${found.plan}, alike from ${least.toFixed(2)} on`);
        nearest.push(...found.hits.slice(0, 1).map(({ similarity }) => similarity));
      }
      const most = nearest.length > 0 ? Math.max(...nearest) : null;
      return { hits: nearestOfEach(hits).slice(0, wanted), unavailable: [], plans, nearest: most };
    });
  }

  /** Hits that say what is alike, as far as their model tells parts apart. */
  private async explain(
    sql: Sql,
    space: LikenessSpace,
    vector: Buffer,
    near: (NearHit & { score: number })[],
  ): Promise<LikenessHit[]> {
    const { parts }: Alikeness = space.alike ?? unmeasured;
    const compared =
      parts.length > 0 && near.length > 0 ? await this.likeness.comparePartwise(sql, space, vector, near, parts) : [];
    const cosines = new Map(compared.map((row) => [row.assetId, row.cosines]));
    return near.map(({ assetId, score, similarity, atSeconds }) => {
      const alike = parts.filter(({ least }, index) => (cosines.get(assetId)?.[index] ?? -1) >= least).map(({ name }) => name);
      return { assetId, score, ways: [{ way: 'similar', similarity, atSeconds, alike }] };
    });
  }

  private async whyNoVectors(sql: Sql, assetId: string): Promise<string> {
    if (!(await this.likeness.assetExists(sql, assetId)))
      throw new HoldfastError('MEDIA_ASSET_NOT_FOUND', {
        kind: 'not-found',
        message: `There is no asset ${assetId}.`,
        action: 'It may have been deleted; search for it by name.',
        values: { assetId },
      });
    return (await this.likeness.hasPictureModel(sql))
      ? 'No enabled model has looked at this asset: it is still being processed, or has no picture.'
      : 'Similar pictures need a picture model: `./holdfast models list` shows those that can be enabled.';
  }
}

/** One hit per asset; its ways are independent reasons. */
function mergeHits(hits: LikenessHit[]): LikenessHit[] {
  const merged = new Map<string, LikenessHit>();
  for (const hit of hits) {
    const known = merged.get(hit.assetId);
    merged.set(
      hit.assetId,
      known ? { ...hit, score: combine([known.score, hit.score]), ways: [...known.ways, ...hit.ways] } : hit,
    );
  }
  return [...merged.values()];
}

/** One hit per asset, by its best way, best first. */
function nearestOfEach(hits: LikenessHit[]): LikenessHit[] {
  const sorted = hits.toSorted((left, right) => right.score - left.score || left.assetId.localeCompare(right.assetId));
  const seen = new Set<string>();
  return sorted.filter(({ assetId }) => !seen.has(assetId) && seen.add(assetId));
}
