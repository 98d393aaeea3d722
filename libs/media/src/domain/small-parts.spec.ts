import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './asset-cursor.ts';
import { readRange } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';
import { normalTag } from './normal-tag.ts';

test('a tag is the same whatever its case, accents, width or blanks', () => {
  const same = ['Zürich  See', 'ZÜRICH SEE', ' zurich see', 'Zu\u0308rich\tsee', 'ｚｕｒｉｃｈ　ｓｅｅ', 'zürich\u200b see'];
  expect(new Set(same.map(normalTag))).toEqual(new Set(['zurich see']));
  expect([normalTag('Straße'), normalTag('STRASSE')]).toEqual(['strasse', 'strasse']);
  expect(normalTag('\u0301\u200b')).toBe('');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => normalTag(normalTag(name)) === normalTag(name)));
});

const ranges: [string | undefined, string][] = [
  [undefined, 'whole'],
  ['bytes=0-9', '0-9'],
  ['bytes=90-', '90-99'],
  ['bytes=90-1000', '90-99'],
  ['bytes=-5', '95-99'],
  ['bytes=-500', '0-99'],
  ['bytes=100-', 'none'],
  ['bytes=-0', 'none'],
  ['bytes=9-0', 'whole'],
  ['bytes=0-1,5-6', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=99999999999999999999-', 'none'],
  ['lines=1-2', 'whole'],
  ['BYTES = 1-2', '1-2'],
];
for (const [header, expected] of ranges)
  test(`Range ${header} of a hundred bytes is ${expected}`, () => {
    const answer = readRange(header, 100);
    expect(answer.kind === 'part' ? `${answer.start}-${answer.end}` : answer.kind).toBe(expected);
  });

test('no range of nothing can be satisfied', () => {
  expect(readRange('bytes=0-', 0)).toEqual({ kind: 'none' });
  expect(readRange('bytes=-1', 0)).toEqual({ kind: 'none' });
});

test('no name can break out of its header', () => {
  expect(contentDisposition('attachment', 'Grüße "x".jpg')).toBe(
    `attachment; filename="Gru_e _x_.jpg"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22x%22.jpg`,
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const value = contentDisposition('attachment', name);
      expect(value).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.!~%-]*$/);
      expect(value.split('"')).toHaveLength(3);
    }),
  );
});

test('a cursor comes back exactly, and nothing else is one', () => {
  const position = { shownAt: '2026-11-20 22:19:07.123456+00', id: '01939c1e-0000-7000-8000-000000000001' };
  expect(decodeCursor(encodeCursor(position))).toEqual(position);
  for (const cursor of ['', 'x', Buffer.from("2026-01-01 00:00:00+00'; DROP|x").toString('base64url')])
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
});
