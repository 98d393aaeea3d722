import { expect, test } from 'vitest';
import { frameAtSecond, frameOfStrip, readStrip } from './strip.ts';

const strip = readStrip({ columns: 3, rows: 2, times: [0, 10, 20, 30, 40] });

test('the pointer chooses the frame', () => {
  expect(strip).toBeDefined();
  if (!strip) return;
  expect(frameOfStrip(strip, 0)).toEqual({ x: 0, y: 0 });
  expect(frameOfStrip(strip, 0.5)).toEqual({ x: 1, y: 0 });
  expect(frameOfStrip(strip, 1)).toEqual({ x: 0.5, y: 1 });
  expect(frameAtSecond(strip, 35)).toEqual({ x: 0, y: 1 });
});

test('a strip that makes no sense is not shown', () => {
  expect(readStrip({})).toBeUndefined();
  expect(readStrip({ columns: 0, rows: 1, times: [1] })).toBeUndefined();
});
