import { expect, test } from 'vitest';
import { MoveRate } from '../move-rate.ts';
import { hasFailedTooOften, nextRate, stalledPercentOf } from './throttle.ts';

const bounds = { least: 1000, most: 10_000 };

test('where others wait for disks the rate is halved, down to its floor; where nobody does it grows by a tenth, up to its ceiling', () => {
  expect(nextRate(10_000, 10.1, bounds)).toBe(5000);
  expect(nextRate(1500, 80, bounds)).toBe(1000);
  expect(nextRate(5000, 5, bounds)).toBe(5000);
  expect(nextRate(5000, 1.9, bounds)).toBe(5500);
  expect(nextRate(9900, 0, bounds)).toBe(10_000);
});

test('no limit stays none until somebody waits, and comes back', () => {
  const free = { least: 1000, most: null };
  expect(nextRate(null, 0, free)).toBeNull();
  let rate = nextRate(null, 50, free);
  expect(rate).toBe(1_073_741_824);
  for (let turn = 0; turn < 10; turn++) rate = nextRate(rate, 0, free);
  expect(rate).toBeNull();
});

test('pressure is read as the kernel writes it', () => {
  expect(
    stalledPercentOf(
      'some avg10=12.34 avg60=0.52 avg300=1.11 total=154413584\nfull avg10=0.00 avg60=0.34 avg300=0.82 total=80497517\n',
    ),
  ).toBe(12.34);
  expect(stalledPercentOf('')).toBeUndefined();
});

test('threads share the rate', () => {
  const rate = new MoveRate({ least: 1024, most: 4_194_304 });
  expect(rate.cells[0]).toBe(4096);
  rate.share(4);
  expect(rate.cells[0]).toBe(1024);
  rate.follow(50);
  expect([rate.bytesPerSecond, rate.cells[0]]).toEqual([2_097_152, 512]);
  expect(new MoveRate({ least: 1, most: null }).cells[0]).toBe(0);
});

test('a run ends once more than half of at least twenty actions have failed', () => {
  expect(hasFailedTooOften(19, 19)).toBe(false);
  expect(hasFailedTooOften(20, 10)).toBe(false);
  expect(hasFailedTooOften(20, 11)).toBe(true);
});
