import { expect, test } from 'vitest';
import { workloadColour } from './workload-colours.ts';

test('known workloads have colours of their own, and others always the same', () => {
  expect(workloadColour('video')).toBe('var(--load-video)');
  expect(workloadColour('backup')).toBe(workloadColour('backup'));
  expect(workloadColour('backup')).toMatch(/^var\(--load-other-[1-4]\)$/);
});

test('what nobody has and what is kept free have no colour', () => {
  expect([workloadColour(undefined), workloadColour('reserve'), workloadColour('spare', true)]).toEqual(
    Array(3).fill('var(--load-none)'),
  );
});
