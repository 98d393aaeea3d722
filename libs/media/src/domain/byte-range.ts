/** What part of so many bytes a `Range` header asks for: `whole` where it must be ignored, `none` where no byte can satisfy it. */
export type RangeAnswer = { kind: 'whole' } | { kind: 'none' } | { kind: 'part'; start: number; end: number };

const single = /^bytes=(\d*)-(\d*)$/;

/**
 * Reads a `Range` header by RFC 9110 section 14. One range is served. Several are answered with the whole, which the RFC allows and
 * which gives a flood of tiny ranges nothing to gain; a header that is malformed, or runs backwards, is ignored likewise.
 */
export function readRange(header: string | undefined, sizeBytes: number): RangeAnswer {
  const match = single.exec(header?.replaceAll(/\s/g, '').toLowerCase() ?? '');
  if (!match) return { kind: 'whole' };
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? { kind: 'whole' } : suffix(Number(last), sizeBytes);
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= sizeBytes) return { kind: 'none' };
  return { kind: 'part', start, end: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
}

function suffix(length: number, sizeBytes: number): RangeAnswer {
  if (length === 0 || sizeBytes === 0) return { kind: 'none' };
  return { kind: 'part', start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}
