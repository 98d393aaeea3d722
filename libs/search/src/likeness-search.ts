import { Inject, Injectable } from '@nestjs/common';
import { type Sql, TenantDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { backgroundOf, combine, scoreOfLikeness, scoreOfMeaning } from './domain/fusion.ts';
import { encodeHalfVector, unitVector } from './domain/half-vector.ts';
import { LikenessRepository } from './likeness.repository.ts';
import { NearestSearch } from './nearest-search.ts';
import type { SearchFilters } from './search-filter.repository.ts';
import { SearchPorts } from './search-ports.ts';
import { VectorIndex } from './vector-index.ts';

/** An asset found by vectors, and why. */
export interface LikenessHit {
  assetId: string;
  score: number;
  ways: { way: 'meaning' | 'similar'; similarity: number; atSeconds: number | null }[];
}

export interface LikenessAnswer {
  /** Null where no vectors were searched. */
  hits: LikenessHit[] | null;
  unavailable: { way: 'meaning' | 'similar'; reason: string }[];
  plans: string[];
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
    const answer: LikenessAnswer = { hits: null, unavailable: [], plans: [] };
    if (meaning.unavailable !== null) answer.unavailable.push({ way: 'meaning', reason: meaning.unavailable });
    for (const { space: name, vector } of meaning.vectors) {
      const space = await this.vectors.findSpace(name);
      if (!space) continue;
      const encoded = encodeHalfVector(unitVector(vector, space.dimensions));
      const found = await this.nearest.find({ space, vector: encoded, filters, except: null }, wanted);
      const background = backgroundOf(await this.database.run((sql) => this.likeness.sampleSimilarities(sql, space, encoded)));
      const hits = found.hits.map(({ assetId, similarity, atSeconds }) => ({
        assetId,
        score: scoreOfMeaning(similarity, background),
        ways: [{ way: 'meaning' as const, similarity, atSeconds }],
      }));
      answer.hits = mergeHits([...(answer.hits ?? []), ...hits.filter((hit) => hit.score > 0)]);
      answer.plans.push(`meaning in ${name} ${found.plan}`);
    }
    return answer;
  }

  /** The assets that look like one of them, nearest first. Throws MEDIA_ASSET_NOT_FOUND. */
  async bySimilarity(assetId: string, filters: SearchFilters, wanted: number): Promise<LikenessAnswer> {
    return this.database.run(async (sql) => {
      const space = await this.likeness.findSpaceOf(sql, assetId);
      if (!space)
        return { hits: null, unavailable: [{ way: 'similar', reason: await this.whyNoVectors(sql, assetId) }], plans: [] };
      const own = await this.likeness.readVectors(sql, space, assetId, mostParts);
      const hits: LikenessHit[] = [];
      const plans: string[] = [];
      for (const { vector } of own) {
        const encoded = encodeHalfVector(unitVector(JSON.parse(vector) as number[], space.dimensions));
        const found = await this.nearest.find({ space, vector: encoded, filters, except: assetId }, wanted);
        plans.push(`similar in ${space.name} ${found.plan}`);
        for (const { assetId: id, similarity, atSeconds } of found.hits)
          hits.push({ assetId: id, score: scoreOfLikeness(similarity), ways: [{ way: 'similar', similarity, atSeconds }] });
      }
      return { hits: nearestOfEach(hits).slice(0, wanted), unavailable: [], plans };
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
