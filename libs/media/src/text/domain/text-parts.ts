/** A piece of text found in an asset. */
export interface TextSegmentRow {
  position: number;
  page?: number | null;
  startSeconds?: number | null;
  endSeconds?: number | null;
  text: string;
  words?: TextWord[];
  confidence?: number | null;
  language?: string | null;
}

/** A word with what is known of it: times in a recording, or its box in a picture as fractions (left, top, width, height). */
export interface TextWord {
  text: string;
  confidence: number | null;
  start?: number;
  end?: number;
  box?: [number, number, number, number];
}

/** How a text was found. */
export type TextSource = 'ocr' | 'speech' | 'subtitle' | 'document';

/** Whose text it is: a part that was moved to another asset or source is not taken for that one's. */
export interface TextPlace {
  assetId: string;
  source: TextSource;
}

/** What a segment says. */
export interface SpokenSegment {
  position: number;
  text: string;
  words: TextWord[];
}

/** Some segments in a row as they are sealed together, in the clear. */
export interface TextPart {
  firstPosition: number;
  /** JSON. */
  json: string;
}

/**
 * Characters of JSON after which a part ends. A search opens the parts of a page of hits: they must be small. Each has a row and a key: they must
 * not be many.
 */
const longestPart = 16_384;

/** Divides what segments say into parts, in the order of their positions. Characters that PostgreSQL cannot keep (NUL, lone surrogates) are left out. */
export function divideText({ assetId, source }: TextPlace, segments: readonly TextSegmentRow[]): TextPart[] {
  const parts: { firstPosition: number; pieces: string[]; length: number }[] = [];
  for (const { position, text, words = [] } of [...segments].sort((left, right) => left.position - right.position)) {
    const sound = words.map((word) => ({ ...word, text: keepable(word.text) }));
    const piece = JSON.stringify({ position, text: keepable(text), ...(sound.length > 0 ? { words: sound } : {}) });
    const last = parts.at(-1);
    if (last && last.length + piece.length <= longestPart) {
      last.pieces.push(piece);
      last.length += piece.length;
    } else parts.push({ firstPosition: position, pieces: [piece], length: piece.length });
  }
  return parts.map(({ firstPosition, pieces }) => ({
    firstPosition,
    json: `{"assetId":${JSON.stringify(assetId)},"source":${JSON.stringify(source)},"segments":[${pieces.join(',')}]}`,
  }));
}

/** What the segments of a part say, by position; undefined where it is not a part of this place. Throws SyntaxError. */
export function readPart(place: TextPlace, json: string): Map<number, SpokenSegment> | undefined {
  const part = JSON.parse(json) as TextPlace & { segments: (Omit<SpokenSegment, 'words'> & { words?: TextWord[] })[] };
  if (part.assetId !== place.assetId || part.source !== place.source) return undefined;
  return new Map(part.segments.map((segment) => [segment.position, { ...segment, words: segment.words ?? [] }]));
}

function keepable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
