import { nearestKey, schemasAt } from './schema-lookup.ts';

/** Something in a manifest that does not fit. */
export interface ManifestMistake {
  /** The file that it stands in: the manifest, or its profile. */
  file: string;
  /** From 1; null where it is about the file as a whole. */
  line: number | null;
  /** Keys with dots; empty where it is about the file as a whole. */
  key: string;
  /** As JSON, shortened; null where there is none. */
  value: string | null;
  message: string;
  /** What to do; null where the message says it. */
  remedy: string | null;
}

/** A mistake as one line: `FILE:LINE: KEY is VALUE: MESSAGE`. */
export function sayMistake({ file, line, key, value, message }: ManifestMistake): string {
  const what = key === '' ? '' : `${key}${value === null ? '' : ` is ${value}`}: `;
  return `${file}${line === null ? '' : `:${line}`}: ${what}${message}`;
}

/** What to do about a key that there is not: the one that was meant, or to remove it. */
export function remedyForUnknown(path: readonly PropertyKey[], word: string): string {
  const meant = nearestKey(path, word);
  return meant ? `Did you mean ${meant}?` : 'Remove it, or look for its name in the schema.';
}

/** What to do about a value that does not fit, or is missing: what the schema says of its key. */
export function remedyForValue(path: readonly PropertyKey[], isMissing: boolean): string | null {
  const description = schemasAt(path).find((schema) => typeof schema.description === 'string')?.description;
  if (typeof description !== 'string') return null;
  return isMissing ? `Add it. ${description}` : description;
}

/** A value in at most 60 letters. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
