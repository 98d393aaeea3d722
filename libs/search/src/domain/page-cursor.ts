import { createHash } from 'node:crypto';
import { HoldfastError, isId } from '#kernel';

/** The last hit of a page: the next one begins after it. */
export interface PageCursor {
  /** What the sort orders by, as PostgreSQL writes it. */
  value: string;
  id: string;
}

function fingerprint(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);
}

/** A cursor as opaque text that only fits the query it came from. */
export function encodeCursor(query: unknown, { value, id }: PageCursor): string {
  return Buffer.from(JSON.stringify([fingerprint(query), value, id])).toString('base64url');
}

/** What a cursor's value may be, by what the sort orders by. */
const valuePatterns = {
  relevance: /^-?\d+(\.\d+)?(e-?\d+)?$/,
  newest: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/,
  oldest: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL's text holds any character but this one
  name: /^[^\u0000]*$/,
  size: /^\d{1,18}$/,
};

/** Reads a cursor back. Throws SEARCH_CURSOR_INVALID for one that is none, or of another query. */
export function decodeCursor(query: unknown, cursor: string, orderedBy: keyof typeof valuePatterns): PageCursor {
  const invalid = new HoldfastError('SEARCH_CURSOR_INVALID', {
    kind: 'invalid',
    message: 'The cursor does not belong to this search.',
    action: 'Start again without a cursor.',
  });
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid;
  }
  const [made, value, id] = Array.isArray(parts) ? parts : [];
  if (made !== fingerprint(query) || typeof value !== 'string' || typeof id !== 'string') throw invalid;
  if (!isId(id) || !valuePatterns[orderedBy].test(value)) throw invalid;
  return { value, id };
}
