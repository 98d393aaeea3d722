import { expect, test } from 'vitest';
import { changeInWords, cpusInWords, effectInWords, outcomeInWords } from './box-words.ts';

test('CPUs are written as ranges', () => {
  expect(cpusInWords([26, 8, 9, 10, 24, 25])).toBe('8–10, 24–26');
  expect(cpusInWords([5])).toBe('5');
});

test('a change says what is gained and given back', () => {
  expect(changeInWords({ id: 'video', gained: [14, 30], lost: [] }, 6)).toBe('gets CPU 14, 30 and keeps what it has');
  expect(changeInWords({ id: 'video', gained: [], lost: [10, 26] }, 6)).toBe('gives CPU 10, 26 back');
  expect(changeInWords({ id: 'video', gained: [1], lost: [2] }, 1)).toBe('moves from CPU 2 to 1');
  expect(changeInWords({ id: 'video', gained: [8, 9], lost: [] }, 0)).toBe('gets CPU 8–9');
});

test('the outcome says first who moves', () => {
  expect(outcomeInWords({ changes: [] })).toBe('Nobody gets other CPUs.');
  const grown = { id: 'video', gained: [14], lost: [] };
  const moved = { id: 'ml', gained: [1], lost: [2] };
  expect(outcomeInWords({ changes: [grown] })).toBe('Nobody moves; 1 workload would grow or shrink.');
  expect(outcomeInWords({ changes: [grown, moved] })).toBe('1 workload would move; 1 workload would grow or shrink.');
  expect(effectInWords({ part: 'noisyBesideLatency', before: 0, after: 1 })).toBe(
    'Noisy beside latency-sensitive workloads: 0 → 1',
  );
});
