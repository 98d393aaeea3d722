import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { type Sql, TenantDatabase } from '#database';
import { AssetTexts, keysAreAway, type OpenedSegment, type StoredSegment } from '#media';
import type { WordMatcher } from './domain/excerpt.ts';
import { fieldReasons, filterReason, likenessReason, type Reason, segmentReason } from './domain/reason.ts';
import type { searchHit } from './http/search.contract.ts';
import type { LikenessHit } from './likeness-search.ts';
import { type ReasonFields, ReasonRepository } from './reason.repository.ts';
import type { HitRow } from './search.repository.ts';
import { type WordPlan, WordSearch } from './word-search.ts';

export type Hit = z.input<typeof searchHit>;

const mostReasons = 8;

/** What the hits of a page were found by, read in one transaction; the texts among it are still sealed. */
export interface HitGrounds {
  rows: HitRow[];
  plan: WordPlan | null;
  fields: ReasonFields[];
  segments: StoredSegment[];
}

/** Turns rows into hits that say why they are there. */
@Injectable()
export class HitComposer {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(ReasonRepository) private readonly reasons: ReasonRepository,
    @Inject(WordSearch) private readonly words: WordSearch,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
  ) {}

  async gather(sql: Sql, rows: HitRow[], plan: WordPlan | null): Promise<HitGrounds> {
    const ids = rows.filter((row) => row.byWords).map((row) => row.id);
    if (ids.length === 0 || !plan?.queries) return { rows, plan, fields: [], segments: [] };
    const fields = await this.reasons.readFields(sql, ids);
    const places = await this.reasons.findSegments(sql, ids, plan.queries);
    return { rows, plan, fields, segments: places.length > 0 ? await this.texts.findSegments(sql, places) : [] };
  }

  /** Call it outside transactions: keys may have to be asked for. */
  async compose(grounds: HitGrounds, likeness: LikenessHit[], filtered: boolean): Promise<Hit[]> {
    const byWords = await this.wordReasons(grounds);
    const ways = new Map(likeness.map((hit) => [hit.assetId, hit.ways]));
    return grounds.rows.map((row) => {
      const found = [...(byWords.get(row.id) ?? []), ...(ways.get(row.id) ?? []).map(likenessReason)];
      const reasons = found.length === 0 && filtered ? [filterReason()] : found.slice(0, mostReasons);
      return hitOf(row, reasons);
    });
  }

  private async wordReasons({ plan, fields, segments }: HitGrounds): Promise<Map<string, Reason[]>> {
    if (!plan || fields.length === 0) return new Map();
    const matches = (await this.texts.open(segments)).map(matchOf);
    const texts = [...fields.flatMap(textsOf), ...matches.flatMap(({ text }) => text ?? [])];
    const matcher = await this.database.run((sql) => this.words.matcher(sql, plan, texts));
    return new Map(fields.map((asset) => [asset.id, reasonsOf(asset, matches, matcher)]));
  }
}

/** The segment that fits best; what it says is missing while it cannot be opened. */
type SegmentMatch = ReturnType<typeof matchOf>;

function matchOf({ assetId, source, page, startSeconds, text, words, error }: OpenedSegment) {
  const found = { assetId, source, page, startSeconds };
  if (error === null) return { ...found, text, words, unreadable: null };
  return { ...found, text: null, words: [], unreadable: keysAreAway(error) ? ('now' as const) : ('lost' as const) };
}

function textsOf(fields: ReasonFields): string[] {
  const { names, tags, folders, caption, place, camera, lens, metadata, colours } = fields;
  const facts = [place, camera, lens].filter((fact) => fact !== null);
  return [...names, ...tags, ...folders, caption, ...facts, ...colours.map((colour) => colour.name), JSON.stringify(metadata)];
}

/** Descriptions first, but for the file's own words about itself, which say least. */
function reasonsOf(fields: ReasonFields, segments: SegmentMatch[], matcher: WordMatcher): Reason[] {
  const described = fieldReasons(fields, matcher);
  const read = segments.filter((segment) => segment.assetId === fields.id).map((segment) => segmentReason(segment, matcher));
  return [
    ...described.filter((reason) => reason.kind !== 'metadata'),
    ...read,
    ...described.filter((reason) => reason.kind === 'metadata'),
  ];
}

function hitOf(row: HitRow, reasons: Reason[]): Hit {
  const { id, name, type, score, shownAt, width, height, durationSeconds, thumbhash, pictures, version } = row;
  return {
    id,
    name,
    type,
    score: Math.round(score * 10_000) / 10_000,
    reasons,
    shownAt: shownAt.toISOString(),
    aspectRatio: width && height ? width / height : 1,
    durationSeconds,
    thumbhash: thumbhash?.toString('base64') ?? null,
    pictures: pictures ?? {},
    version,
  };
}
