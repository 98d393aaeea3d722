import { expect, test } from 'vitest';
import { keyNotice } from './key-state.ts';

test('while the keys are ready nothing is said', () => {
  expect(keyNotice({ state: 'READY', readableUntil: null })).toBeUndefined();
});

test('sealed keys are worse than degraded ones, which say until when is read', () => {
  expect(keyNotice({ state: 'SEALED', readableUntil: null })?.tone).toBe('bad');
  expect(keyNotice({ state: 'UNSEALING', readableUntil: null })?.tone).toBe('warn');
  const degraded = keyNotice({ state: 'DEGRADED', readableUntil: '2026-11-21T18:15:00Z' });
  expect(degraded?.means).toMatch(/until 21 Nov 2026, \d\d:15\.$/);
  expect(keyNotice({ state: 'DEGRADED', readableUntil: null })?.means).toMatch(/for a while\.$/);
});
