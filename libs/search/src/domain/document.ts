import { foldText } from './fold.ts';

/** What is known of an asset in words, as it stands in the database. */
export interface AssetWords {
  names: string[];
  folders: string[];
  /** Names of tags that nobody rejected. */
  tags: string[];
  caption: string;
  place: string | null;
  camera: string | null;
  lens: string | null;
  colours: { name: string; share: number }[];
  metadata: unknown;
  segments: { source: string; position: number; text: string }[];
}

/** Folded texts by weight: A names and tags, B caption and title, C what describes it, D what is read or said in it. */
export interface SearchDocument {
  a: string;
  b: string;
  c: string;
  d: string;
  /** What is left of D beyond the length whose places are kept. */
  rest: string;
  segments: { source: string; position: number; folded: string }[];
  /** Distinct words that a mistyped one may have meant. */
  terms: string[];
}

/** Names of metadata fields in EXIF, IPTC, XMP, PDF and ffprobe whose values people search for. */
const titleFields = /^(.*[:_-])?(title|headline|object ?name|document ?title)$/i;
const describingFields =
  /title|headline|descri|caption|subject|keyword|artist|author|creator|by-?line|album|genre|city|state|province|country|location|event|person|people|label|comment|credit|producer|company|publisher|performer/i;

interface Described {
  titles: string[];
  others: string[];
}

const deepest = 6;
const mostValues = 300;
const longestValue = 1000;

/** Collects the searchable strings of an asset's metadata, however the reader of the file nested them. */
export function describeMetadata(metadata: unknown): Described {
  const found: Described = { titles: [], others: [] };
  const visit = (value: unknown, field: string, depth: number): void => {
    if (depth > deepest || found.titles.length + found.others.length >= mostValues) return;
    if (typeof value === 'string') {
      if (titleFields.test(field)) found.titles.push(value.slice(0, longestValue));
      else if (describingFields.test(field)) found.others.push(value.slice(0, longestValue));
    } else if (Array.isArray(value)) for (const item of value) visit(item, field, depth + 1);
    else if (value && typeof value === 'object')
      for (const [name, item] of Object.entries(value)) {
        // {lang, value} and the like: the name of the field is one level up.
        visit(item, /^(value|text|x-default|#text|\d+)$/i.test(name) ? field : name, depth + 1);
      }
  };
  visit(metadata, '', 0);
  return found;
}

/** A colour that covers less is no description of a picture. */
const leastColourShare = 0.2;
const mostTerms = 20_000;
/** Characters of text whose words' places are kept, for phrases and rank, and characters that are found at all by the whole asset. */
const longestPlaced = 200_000;
const longestBody = 1_000_000;

function isTerm(word: string): boolean {
  return word.length >= 3 && word.length <= 40 && /\p{L}/u.test(word);
}

function termsOf(folded: string[]): string[] {
  const terms = new Set<string>();
  for (const text of folded)
    for (const word of text.split(' ')) {
      if (terms.size === mostTerms) break;
      if (isTerm(word)) terms.add(word);
    }
  return [...terms].sort();
}

/** The index entries of an asset. */
export function composeDocument(asset: AssetWords): SearchDocument {
  const described = describeMetadata(asset.metadata);
  const colours = asset.colours.filter((colour) => colour.share >= leastColourShare).map((colour) => colour.name);
  const facts = [...asset.folders, asset.place, asset.camera, asset.lens, ...described.others, ...colours];
  const texts = {
    a: [...asset.names, ...asset.tags].join('\n'),
    b: [asset.caption, ...described.titles].join('\n'),
    c: facts.filter((fact) => fact !== null).join('\n'),
    d: asset.segments.map((segment) => segment.text).join('\n'),
  };
  const body = foldText(texts.d, longestBody);
  const placed = body.length <= longestPlaced ? body.length : body.lastIndexOf(' ', longestPlaced);
  const [a, b, c] = [foldText(texts.a), foldText(texts.b), foldText(texts.c)];
  return {
    a,
    b,
    c,
    d: body.slice(0, placed),
    rest: body.slice(placed),
    segments: asset.segments.map(({ source, position, text }) => ({ source, position, folded: foldText(text) })),
    // Sorted, so that two documents indexed at once take the locks of shared words in the same order.
    terms: termsOf([a, b, c, body]),
  };
}
