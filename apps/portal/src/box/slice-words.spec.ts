import { expect, test } from 'vitest';
import { slicesInWords, sliceText } from './slice-words.ts';

const share = (some10: number) => ({ some10, full10: 0 });

test('a slice says how many CPUs are busy, and for what it waits where that is felt', () => {
  const pressure = { cpu: share(3.2), memory: share(0.4), io: share(12) };
  expect(sliceText({ cpuPercent: 240, pressure })).toBe('2.4 CPUs busy, waits 3 % CPU, 12 % disk');
  expect(sliceText({ cpuPercent: 10, pressure: null })).toBe('0.1 CPUs busy');
  expect(sliceText({ cpuPercent: null, pressure: null })).toBeUndefined();
});

test('a machine without slices says nothing of workloads', () => {
  expect(slicesInWords({ source: 'processes', slices: [] }).size).toBe(0);
  expect(slicesInWords(undefined).size).toBe(0);
});
