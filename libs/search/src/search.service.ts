import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { type Sql, TenantDatabase } from '#database';
import type { AnswerOf, InputOf } from '#kernel';
import { cleanText } from './domain/clean-text.ts';
import { decodeCursor, encodeCursor } from './domain/page-cursor.ts';
import { asksMeaning, parseQuery } from './domain/query-syntax.ts';
import { nothingAlike } from './domain/reason.ts';
import { HitComposer } from './hit-composer.ts';
import type { searchAssets, similarAssets } from './http/search.contract.ts';
import { type LikenessAnswer, LikenessSearch } from './likeness-search.ts';
import { type FacetName, type FacetRow, type HitRow, type Matching, orderedBy, SearchRepository } from './search.repository.ts';
import { SearchHistoryService } from './search-history.service.ts';
import { SearchIndexService } from './search-index.service.ts';
import { WordSearch } from './word-search.ts';

export type SearchRequest = InputOf<typeof searchAssets>['body'];
export type SearchAnswer = AnswerOf<typeof searchAssets>;

/** Nearest assets that likeness contributes to an answer. */
const mostByLikeness = 200;
/** Changed assets that a search indexes before it looks, so that a person finds what they have just renamed. */
const refreshedFirst = 20;

/** One ranked answer over words, meaning and likeness. */
@Injectable()
export class SearchService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(SearchRepository) private readonly repository: SearchRepository,
    @Inject(WordSearch) private readonly words: WordSearch,
    @Inject(LikenessSearch) private readonly likeness: LikenessSearch,
    @Inject(HitComposer) private readonly composer: HitComposer,
    @Inject(SearchIndexService) private readonly index: SearchIndexService,
    @Inject(SearchHistoryService) private readonly history: SearchHistoryService,
  ) {}

  /** Answers a search a page at a time. Throws SEARCH_CURSOR_INVALID, MEDIA_ASSET_NOT_FOUND for `similarTo`. */
  async search(request: SearchRequest): Promise<SearchAnswer> {
    requireAccess('search.read');
    const started = performance.now();
    const text = cleanText(request.text);
    const query = parseQuery(text);
    await this.index.refreshSome(refreshedFirst);
    const likeness = await this.findLikeness(request, asksMeaning(query) ? text : '');
    const answer = await this.database.run(async (sql) => {
      const words = await this.words.plan(sql, query, request.filters);
      const matching: Matching = {
        words: words.queries,
        likeness: likeness.hits?.map(({ assetId, score }) => ({ assetId, score })) ?? null,
        filters: request.filters,
      };
      const { rows, nextCursor } = await this.page(sql, request, matching);
      const grounds = await this.composer.gather(sql, rows, words);
      const summary = await this.repository.summarise(sql, matching, request.facets);
      return {
        grounds,
        nextCursor,
        total: summary.total,
        facets: request.facets ? facetsOf(summary.facets) : null,
        words: words.plan,
      };
    });
    const { words, grounds, ...rest } = answer;
    const hits = await this.composer.compose(grounds, likeness.hits ?? [], asksAnything(request));
    if (request.remember && !request.cursor) await this.history.remember(text, request, answer.total);
    const vectors = likeness.plans.join('; ') || 'none';
    return { hits, ...rest, unavailable: likeness.unavailable, tookMs: performance.now() - started, plan: { words, vectors } };
  }

  /** The assets that look like one of them, or a remark that none does. Throws MEDIA_ASSET_NOT_FOUND. */
  async findSimilar(assetId: string, limit: number): Promise<AnswerOf<typeof similarAssets>> {
    requireAccess('search.read');
    const likeness = await this.likeness.bySimilarity(assetId, {}, limit);
    const matching: Matching = { words: null, likeness: likeness.hits ?? [], filters: {} };
    const grounds = await this.database.run(async (sql) => {
      const rows = await this.repository.findPage(sql, matching, 'relevance', null, limit);
      return this.composer.gather(sql, rows, null);
    });
    const hits = await this.composer.compose(grounds, likeness.hits ?? [], false);
    const unavailable = likeness.unavailable[0]?.reason ?? null;
    return { hits, unavailable, remark: hits.length > 0 || unavailable ? null : nothingAlike(likeness.nearest) };
  }

  private async findLikeness(request: SearchRequest, text: string): Promise<LikenessAnswer> {
    const filters = request.filters;
    const answers: LikenessAnswer[] = [];
    if (text.trim()) answers.push(await this.likeness.byMeaning(text, filters, mostByLikeness));
    if (request.similarTo) answers.push(await this.likeness.bySimilarity(request.similarTo, filters, mostByLikeness));
    return joinAnswers(answers, request.similarTo !== undefined);
  }

  private async page(
    sql: Sql,
    request: SearchRequest,
    matching: Matching,
  ): Promise<{ rows: HitRow[]; nextCursor: string | null }> {
    const { text, similarTo, filters, sort, limit, cursor } = request;
    const asked = { text, similarTo, filters, sort };
    const after = cursor ? decodeCursor(asked, cursor, orderedBy(sort, matching)) : null;
    const rows = await this.repository.findPage(sql, matching, sort, after, limit + 1);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      rows: shown,
      nextCursor: last ? encodeCursor(asked, { value: last.sortValue, id: last.id }) : null,
    };
  }
}

function asksAnything({ text, similarTo, filters }: SearchRequest): boolean {
  return text.trim() !== '' || similarTo !== undefined || Object.values(filters).some((value) => value !== undefined);
}

/** One hit per asset. Where an asset was given to look like, no likeness is no hits rather than no such condition. */
function joinAnswers(answers: LikenessAnswer[], asked: boolean): LikenessAnswer {
  const found = answers.filter((answer) => answer.hits !== null);
  const hits = new Map<string, NonNullable<LikenessAnswer['hits']>[number]>();
  for (const hit of found.flatMap((answer) => answer.hits ?? [])) {
    const known = hits.get(hit.assetId);
    hits.set(
      hit.assetId,
      known ? { ...known, score: 1 - (1 - known.score) * (1 - hit.score), ways: [...known.ways, ...hit.ways] } : hit,
    );
  }
  return {
    hits: found.length > 0 || asked ? [...hits.values()] : null,
    unavailable: answers.flatMap((answer) => answer.unavailable),
    plans: answers.flatMap((answer) => answer.plans),
    nearest: null,
  };
}

function facetsOf(rows: FacetRow[]): NonNullable<SearchAnswer['facets']> {
  const of = (facet: FacetName) =>
    rows
      .filter((row) => row.facet === facet)
      .sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
  const counted = <Value extends string>(facet: FacetName) =>
    of(facet).map(({ value, count }) => ({ value: value as Value, count }));
  return {
    kinds: counted<NonNullable<SearchAnswer['facets']>['kinds'][number]['value']>('kind'),
    years: counted('year').sort((left, right) => Number(right.value) - Number(left.value)),
    cameras: counted('camera'),
    tags: of('tag').flatMap(({ id, value, count }) => (id ? [{ id, name: value, count }] : [])),
    orientations: counted<NonNullable<SearchAnswer['facets']>['orientations'][number]['value']>('orientation'),
  };
}
