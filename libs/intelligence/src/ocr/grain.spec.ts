import { expect, test } from 'vitest';
import { isGrainy } from './grain.ts';

const smooth = new Uint8Array(1000).fill(128);

test('a picture that is smooth but for its letters is not grainy; one that differs everywhere is', () => {
  expect(
    isGrainy(
      smooth.map((value, index) => (index % 4 === 0 ? 0 : value)),
      smooth,
    ),
  ).toBe(false);
  expect(
    isGrainy(
      smooth.map((value, index) => value + ((index * 7) % 40) - 20),
      smooth,
    ),
  ).toBe(true);
});
