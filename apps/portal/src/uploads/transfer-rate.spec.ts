import { expect, test } from 'vitest';
import { TransferRate } from './transfer-rate.ts';

test('the rate follows the last five seconds and falls to nothing in silence', () => {
  const rate = new TransferRate();
  for (let second = 0; second <= 10; second += 1) rate.add(1_000_000, second * 1000);
  expect(rate.perSecond(10_000)).toBeGreaterThan(900_000);
  expect(rate.perSecond(10_000)).toBeLessThan(1_300_000);
  expect(rate.perSecond(16_000)).toBe(0);
});
