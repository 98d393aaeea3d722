import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Sql } from '#database';
import type { WordMatcher } from './domain/excerpt.ts';
import { fieldReasons, filterReason, likenessReason, type Reason, segmentReason } from './domain/reason.ts';
import type { searchHit } from './http/search.contract.ts';
import type { LikenessHit } from './likeness-search.ts';
import { type ReasonFields, ReasonRepository, type SegmentMatch } from './reason.repository.ts';
import type { HitRow } from './search.repository.ts';
import { type WordPlan, WordSearch } from './word-search.ts';

export type Hit = z.input<typeof searchHit>;

const mostReasons = 8;

/** Turns rows into hits that say why they are there. */
@Injectable()
export class HitComposer {
  constructor(
    @Inject(ReasonRepository) private readonly reasons: ReasonRepository,
    @Inject(WordSearch) private readonly words: WordSearch,
  ) {}

  async compose(sql: Sql, rows: HitRow[], plan: WordPlan | null, likeness: LikenessHit[], filtered: boolean): Promise<Hit[]> {
    const byWords = plan?.queries ? await this.wordReasons(sql, rows, plan) : new Map<string, Reason[]>();
    const ways = new Map(likeness.map((hit) => [hit.assetId, hit.ways]));
    return rows.map((row) => {
      const found = [...(byWords.get(row.id) ?? []), ...(ways.get(row.id) ?? []).map(likenessReason)];
      const reasons = found.length === 0 && filtered ? [filterReason()] : found.slice(0, mostReasons);
      return hitOf(row, reasons);
    });
  }

  private async wordReasons(sql: Sql, rows: HitRow[], plan: WordPlan): Promise<Map<string, Reason[]>> {
    const ids = rows.filter((row) => row.byWords).map((row) => row.id);
    if (ids.length === 0 || !plan.queries) return new Map();
    const fields = await this.reasons.readFields(sql, ids);
    const segments = await this.reasons.findSegments(sql, ids, plan.queries);
    const matcher = await this.words.matcher(sql, plan, [
      ...fields.flatMap(textsOf),
      ...segments.map((segment) => segment.text),
    ]);
    return new Map(fields.map((asset) => [asset.id, reasonsOf(asset, segments, matcher)]));
  }
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
