import { expect, test } from 'vitest';
import { workloadColour } from './workload-colours.ts';

test('known workloads have colours of their own, and others always the same', () => {
  expect(workloadColour('video')).toBe('var(--load-video)');
  expect(workloadColour('backup')).toBe(workloadColour('backup'));
  expect(workloadColour('backup')).toMatch(/^var\(--load-other-[1-4]\)$/);
});

test('what is kept free and what everybody shares have no colour', () => {
  expect([workloadColour('reserve'), workloadColour('spare', true)]).toEqual(Array(2).fill('var(--load-none)'));
  expect(workloadColour(undefined)).toBe('var(--load-everybody)');
});
