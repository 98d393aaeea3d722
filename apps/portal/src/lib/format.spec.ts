import { expect, test } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatCount,
  formatCounted,
  formatMonth,
  formatShare,
  formatSpan,
} from './format.ts';

test('sizes keep three significant figures', () => {
  expect([0, 999, 1000, 1500, 23_400_000, 999_999, 8e12].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.00 kB',
    '1.50 kB',
    '23.4 MB',
    '1.00 MB',
    '8.00 TB',
  ]);
});

test('positions read like a clock', () => {
  expect([0, 7.9, 754, 3723, -2].map(formatClock)).toEqual(['0:00', '0:07', '12:34', '1:02:03', '0:00']);
});

test('spans show their two leading units', () => {
  expect(
    [12, 340, 4200, 42_000, 60_000, 200_000, 3_599_000, 18_120_000, 86_400_000 * 3 + 3_600_000 * 4].map(formatSpan),
  ).toEqual(['12 ms', '340 ms', '4.2 s', '42 s', '1 min', '3 min 20 s', '1 h', '5 h 2 min', '3 d 4 h']);
});

test('counts group their thousands and carry the right noun', () => {
  expect(formatCount(100_000)).toBe('100\u202f000');
  expect(formatCounted(1, 'asset')).toBe('1 asset');
  expect(formatCounted(2, 'entry', 'entries')).toBe('2 entries');
});

test('a tiny share is not shown as nothing, and an incomplete one not as all', () => {
  expect([0, 0.004, 0.5, 0.996, 1].map(formatShare)).toEqual(['0 %', '<\u202f1 %', '50 %', '99 %', '100 %']);
});

test('months are named, broken keys shown as they are', () => {
  expect(formatMonth('2024-03')).toBe('March 2024');
  expect(formatMonth('nonsense')).toBe('nonsense');
});

test('recent moments are told from now', () => {
  const now = Date.parse('2026-01-10T12:00:00Z');
  expect(
    ['2026-01-10T11:59:50Z', '2026-01-10T11:56:00Z', '2026-01-10T09:00:00Z', '2026-01-08T12:00:00Z'].map((iso) =>
      formatAgo(iso, now),
    ),
  ).toEqual(['just now', '4 min ago', '3 h ago', '2 d ago']);
});
