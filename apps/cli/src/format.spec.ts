import { expect, test } from 'vitest';
import { formatBytes, formatInstant, formatSeconds, formatTable, formatUptime } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [312_400_000, '312 MB'],
  [80_800_000_000, '80.8 GB'],
])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [40.7, '40 s'],
  [720, '12 min'],
  [3 * 3600 + 120, '3 h 2 min'],
  [3 * 86_400 + 4 * 3600, '3 d 4 h'],
])('%d seconds up read %s', (seconds, text) => expect(formatUptime(seconds)).toBe(text));

test('durations have one decimal', () => expect(formatSeconds(1449)).toBe('1.4 s'));

test('columns of a table line up', () => {
  expect(
    formatTable([
      ['service', 'pid'],
      ['api', '12'],
    ]),
  ).toEqual(['service  pid', 'api      12']);
});

test('instants are told as the machine’s clock does, the year first', () => {
  expect(formatInstant(new Date(2026, 10, 21, 19, 5))).toBe('2026-11-21 19:05');
});
