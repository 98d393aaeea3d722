import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatShare, parseShare, type Share } from './share-text.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const shares: fc.Arbitrary<Share> = fc.record({
  setId: bytes(6),
  index: fc.integer({ min: 1, max: 255 }),
  threshold: fc.integer({ min: 2, max: 255 }),
  value: bytes(32),
});

it('reads what it has written, also in small letters and other groups', () => {
  fc.assert(
    fc.property(shares, (share) => {
      const text = formatShare(share);
      expect(parseShare(text)).toEqual(share);
      const retyped = text.toString().toLowerCase().replaceAll('-', '').replace(/.{4}/g, '$& ');
      expect(parseShare(Buffer.from(`${retyped}\n`))).toEqual(share);
    }),
  );
});

it('prints twelve groups of six letters and digits', () => {
  const text = formatShare({ setId: randomBytes(6), index: 1, threshold: 3, value: randomBytes(32) }).toString();
  expect(text).toMatch(/^([A-Z2-7]{6}-){11}[A-Z2-7]{6}$/);
});

it('notices any one changed character', () => {
  fc.assert(
    fc.property(shares, fc.nat(83), fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), (share, at, letter) => {
      const text = formatShare(share).toString();
      fc.pre(text[at] !== undefined && text[at] !== '-' && text[at] !== letter);
      expect(parseShare(Buffer.from(text.slice(0, at) + letter + text.slice(at + 1)))).toBeUndefined();
    }),
  );
});

it('takes no other text for a share', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(parseShare(Buffer.from(text))).toBeUndefined();
    }),
  );
  const text = formatShare({ setId: randomBytes(6), index: 1, threshold: 3, value: randomBytes(32) }).toString();
  for (const other of ['', text.slice(0, -1), `${text}A`, `${text}${text}`, text.replace(/.$/, '!')])
    expect(parseShare(Buffer.from(other))).toBeUndefined();
});
