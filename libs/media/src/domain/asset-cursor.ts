import { HoldfastError, isId } from '#kernel';

/** Where a page of the library ended: the order is newest first, then by id. */
export interface AssetPosition {
  /** PostgreSQL's text of a `timestamptz`, because JavaScript's dates lose its microseconds. */
  shownAt: string;
  id: string;
}

const shownAtPattern = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::?\d\d)?(?: BC)?$/;

export function encodeCursor({ shownAt, id }: AssetPosition): string {
  return Buffer.from(`${shownAt}|${id}`).toString('base64url');
}

/** Throws CURSOR_INVALID for anything that this list did not hand out. */
export function decodeCursor(cursor: string): AssetPosition {
  const [shownAt = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('latin1').split('|');
  if (shownAtPattern.test(shownAt) && isId(id) && rest.length === 0) return { shownAt, id };
  throw new HoldfastError('CURSOR_INVALID', {
    kind: 'invalid',
    message: 'This is no cursor of this list.',
    action: 'Start again without a cursor.',
  });
}
