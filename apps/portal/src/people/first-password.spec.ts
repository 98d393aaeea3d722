import { expect, test } from 'vitest';
import { makeFirstPassword } from './first-password.ts';

test('a first password has five groups of four letters that are not mistaken for each other', () => {
  for (let round = 0; round < 200; round += 1)
    expect(makeFirstPassword()).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){4}$/);
});

test('no two are alike', () => {
  expect(new Set(Array.from({ length: 200 }, () => makeFirstPassword())).size).toBe(200);
});

test('every letter is as likely as the others: bytes that would favour some are thrown away', () => {
  let next = 255;
  const password = makeFirstPassword((bytes) => {
    for (const index of bytes.keys()) bytes[index] = next-- & 255;
  });
  // 255 … 248 are over the last whole multiple of 31 (248); 247 is the first that counts.
  expect(password.startsWith('9876')).toBe(true);
});
