import type { Json } from '../parser-results.ts';

/** Most JSON that the tags of one file may take in the database, bytes. */
export const METADATA_BYTES = 65_536;

const MOST_TEXT = 1000;
const MOST_ITEMS = 100;
const MOST_DEPTH = 6;

/** Any parsed tags as plain JSON of bounded size: long texts are cut, binary values say only how long they are. */
export function shortenTags(value: unknown): { [name: string]: Json } {
  const budget = { left: METADATA_BYTES };
  return (shorten(value, budget, 0) as { [name: string]: Json } | null) ?? {};
}

function shorten(value: unknown, budget: { left: number }, depth: number): Json {
  if (budget.left <= 0 || depth > MOST_DEPTH) return null;
  const short = shortenValue(value, budget, depth);
  if (typeof short !== 'object') budget.left -= typeof short === 'string' ? short.length + 4 : 12;
  return short;
}

function shortenValue(value: unknown, budget: { left: number }, depth: number): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return cleanText(value);
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => shorten(item, budget, depth + 1));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === 'object') return shortenObject(value, budget, depth);
  return null;
}

function shortenObject(value: object, budget: { left: number }, depth: number): Json {
  const result: { [name: string]: Json } = {};
  for (const name of Object.keys(value)) {
    if (budget.left <= 0) break;
    const key = cleanText(name.length > 100 ? name.slice(0, 100) : name);
    budget.left -= key.length + 4;
    result[key] = shorten((value as Record<string, unknown>)[name], budget, depth + 1);
  }
  return result;
}

const unstorable = /[\0\ud800-\udfff]/;

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function cleanText(text: string): string {
  const short = text.length > MOST_TEXT ? text.slice(0, MOST_TEXT) : text;
  return unstorable.test(short) ? short.toWellFormed().replaceAll('\0', '') : short;
}
