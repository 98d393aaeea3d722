import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadBetween, parseCpuTimes } from './cpu-load.ts';

const look = (...rows: string[]) => parseCpuTimes(['cpu  1 2 3 4 5 6 7 8 9 10', ...rows, 'intr 1 2 3', 'btime 1'].join('\n'));

test('a CPU that worked half of the time is at 50 %', () => {
  const before = look('cpu0 100 0 100 800 0 0 0 0 0 0');
  const after = look('cpu0 120 10 110 840 0 5 5 0 0 0');
  expect(loadBetween(before, after)).toEqual([{ cpu: 0, percent: 55.6 }]);
});

test('waiting for disks is no work, and time of guests is not counted twice', () => {
  const before = look('cpu0 0 0 0 0 0 0 0 0 0 0');
  expect(loadBetween(before, look('cpu0 50 0 0 0 50 0 0 0 50 0'))).toEqual([{ cpu: 0, percent: 50 }]);
});

test('a CPU that has just come online, and one whose clock stands, have no load yet', () => {
  const before = look('cpu1 10 0 0 10 0 0 0 0 0 0');
  const after = look('cpu1 10 0 0 10 0 0 0 0 0 0', 'cpu0 5 0 0 5 0 0 0 0 0 0');
  expect(loadBetween(before, after)).toEqual([
    { cpu: 0, percent: null },
    { cpu: 1, percent: null },
  ]);
});

test('whatever the counters do, a share stays within 0 and 100', () => {
  const ticks = fc.array(fc.nat(1_000_000), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(ticks, ticks, (one, other) => {
      const percent = loadBetween(look(`cpu0 ${one.join(' ')}`), look(`cpu0 ${other.join(' ')}`))[0]?.percent ?? null;
      return percent === null || (percent >= 0 && percent <= 100);
    }),
  );
});
