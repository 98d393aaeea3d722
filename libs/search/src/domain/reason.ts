import type { z } from 'zod';
import type { searchReason } from '../http/search.contract.ts';
import { describeMetadata } from './document.ts';
import { excerptOf, type WordMatcher } from './excerpt.ts';
import { foldWord } from './fold.ts';

export type Reason = z.input<typeof searchReason>;

/** What an asset is described by, as `ReasonRepository` reads it. */
interface Fields {
  names: string[];
  tags: string[];
  caption: string;
  folders: string[];
  place: string | null;
  camera: string | null;
  lens: string | null;
  metadata: unknown;
  colours: { name: string; share: number }[];
}

interface Segment {
  source: 'ocr' | 'speech' | 'subtitle' | 'document';
  /** Null where it cannot be opened. */
  text: string | null;
  /** Why not: the keys are away for now, or it is lost. */
  unreadable: 'now' | 'lost' | null;
  page: number | null;
  startSeconds: number | null;
  words: { text: string; start?: number }[];
}

/** A place in a recording for people: 00:41, 1:02:03. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

function reason(kind: Reason['kind'], text: string, excerpt: string | null, at: Partial<Reason> = {}): Reason {
  return { kind, text, excerpt, atSeconds: null, page: null, ...at };
}

function firstExcerpt(texts: (string | null)[], matcher: WordMatcher): string | null {
  for (const text of texts) {
    const excerpt = text === null ? null : excerptOf(text, matcher);
    if (excerpt !== null) return excerpt;
  }
  return null;
}

/** Why an asset's descriptions fit the words of a query, the most telling first. */
export function fieldReasons(fields: Fields, matcher: WordMatcher): Reason[] {
  const described = describeMetadata(fields.metadata);
  const [name = '', ...otherNames] = fields.names;
  const facts = [fields.place, fields.camera, fields.lens, ...described.others, ...fields.colours.map((colour) => colour.name)];
  const found: [Reason['kind'], string, string | null][] = [
    ['name', 'in its name', firstExcerpt([name], matcher)],
    ['name', 'in another of its names', firstExcerpt(otherNames, matcher)],
    ['tag', 'tagged', firstExcerpt([fields.tags.filter((tag) => excerptOf(tag, matcher)).join(', ')], matcher)],
    ['caption', 'in its caption', firstExcerpt([fields.caption], matcher)],
    ['metadata', 'in its title', firstExcerpt(described.titles, matcher)],
    ['metadata', 'in what the file says of itself', firstExcerpt(facts, matcher)],
    ['metadata', 'in its folder', firstExcerpt(fields.folders, matcher)],
  ];
  return found.filter(([, , excerpt]) => excerpt !== null).map(([kind, text, excerpt]) => reason(kind, text, excerpt));
}

/** Why a piece of text in the asset fits, with the place to open. */
export function segmentReason(segment: Segment, matcher: WordMatcher): Reason {
  const found = foundIn(segment, matcher);
  const { unreadable } = segment;
  if (unreadable === null) return found;
  return { ...found, text: `${found.text}, ${unreadable === 'now' ? 'which is locked away now' : 'which is damaged'}` };
}

function foundIn(segment: Segment, matcher: WordMatcher): Reason {
  const excerpt = segment.text === null ? null : excerptOf(segment.text, matcher);
  const page = segment.page;
  const onPage = page === null ? '' : ` on page ${page}`;
  if (segment.source === 'ocr') return reason('picture-text', `text in picture${onPage}`, excerpt, { page });
  if (segment.source === 'document') return reason('document-text', `in the text${onPage}`, excerpt, { page });
  const spoken = segment.words.find((word) => word.start !== undefined && matcher(foldWord(word.text)));
  const atSeconds = spoken?.start ?? segment.startSeconds;
  if (segment.source === 'subtitle')
    return reason(
      'subtitle',
      atSeconds === null ? 'in the subtitles' : `in the subtitles at ${clockTime(atSeconds)}`,
      excerpt,
      {
        atSeconds,
      },
    );
  return reason('speech', atSeconds === null ? 'spoken' : `spoken at ${clockTime(atSeconds)}`, excerpt, { atSeconds });
}

/** A way in which vectors found an asset. */
export interface LikenessWay {
  way: 'meaning' | 'similar';
  similarity: number;
  atSeconds: number | null;
  /** What is alike about it, as its model tells apart: "colours". */
  alike: string[];
}

/** Why an asset was found by vectors: what it means, or what is alike; in a video, where. */
export function likenessReason({ way, similarity, atSeconds, alike }: LikenessWay): Reason {
  const where = atSeconds === null ? '' : ` at ${clockTime(atSeconds)}`;
  const looks = alike.length > 0 ? `similar ${alike.join(' and ')}` : `looks ${percent(similarity)} alike`;
  return reason(way, `${way === 'meaning' ? 'fits the meaning' : looks}${where}`, null, { atSeconds });
}

/** For people, when nothing is alike: how near the nearest is, null where there is no other. */
export function nothingAlike(nearest: number | null): string {
  if (nearest === null) return 'Nothing looks like this yet: there is nothing to compare it with.';
  return `Nothing looks like this yet: the nearest is only ${percent(nearest)} alike.`;
}

function percent(share: number): string {
  return `${Math.round(Math.min(Math.max(share, 0), 1) * 100)} %`;
}

/** Why an asset is in an answer to a question without words: it passes what was asked for. */
export function filterReason(): Reason {
  return reason('filter', 'passes the filters', null);
}
