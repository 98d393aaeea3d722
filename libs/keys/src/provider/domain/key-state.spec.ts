import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KeyState, ProviderHealth } from '../key-provider.ts';
import { type KnownState, nextKeyState, unknownState } from './key-state.ts';

const cacheMs = 15 * 60_000;
const states: KeyState[] = ['SEALED', 'UNSEALING', 'READY', 'DEGRADED'];
const says = (state: KeyState, reason: string | null = null): ProviderHealth => ({ state, reason, detail: {} });

function after(...steps: [atMs: number, state: KeyState][]): KnownState {
  return steps.reduce((known, [atMs, state]) => nextKeyState(known, says(state), atMs, cacheMs), unknownState(0));
}

it('K12 is sealed when the provider is away at the start', () => {
  expect(after([0, 'DEGRADED'])).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('since the start') });
});

it('goes from sealed over unsealing to ready', () => {
  expect(after([0, 'SEALED'], [1, 'UNSEALING'])).toMatchObject({ state: 'UNSEALING', sinceMs: 1 });
  expect(after([0, 'SEALED'], [1, 'UNSEALING'], [2, 'READY'])).toMatchObject({ state: 'READY', sinceMs: 2 });
});

it('K13 is degraded for a quarter of an hour after it was last ready, then sealed, and ready again when the provider is back', () => {
  expect(after([5, 'READY'], [6, 'DEGRADED'], [5 + cacheMs, 'DEGRADED'])).toMatchObject({ state: 'DEGRADED', sinceMs: 6 });
  const late = after([5, 'READY'], [6, 'DEGRADED'], [6 + cacheMs, 'DEGRADED']);
  expect(late).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('15 minutes') });
  expect(nextKeyState(late, says('DEGRADED'), cacheMs + 7, cacheMs).state).toBe('SEALED');
  expect(nextKeyState(late, says('READY'), cacheMs + 7, cacheMs).state).toBe('READY');
});

it('is sealed at once when the provider says so', () => {
  expect(after([0, 'READY'], [1, 'SEALED']).state).toBe('SEALED');
  expect(after([0, 'READY'], [1, 'SEALED'], [2, 'DEGRADED']).state).toBe('SEALED');
});

it('allows reading without the provider only shortly after it was ready, whatever happens', () => {
  const step = fc.record({ waitMs: fc.nat(cacheMs * 2), state: fc.constantFrom(...states) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let [known, nowMs, readyMs] = [unknownState(0), 0, Number.NEGATIVE_INFINITY];
      for (const { waitMs, state } of steps) {
        nowMs += waitMs;
        known = nextKeyState(known, says(state), nowMs, cacheMs);
        if (state === 'READY') readyMs = nowMs;
        if (known.state === 'DEGRADED') expect(nowMs - readyMs).toBeLessThanOrEqual(cacheMs);
        if (known.state === 'READY') expect(state).toBe('READY');
      }
    }),
  );
});
