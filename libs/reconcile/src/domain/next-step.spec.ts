import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ChangeState, changeStates, isOpen, nextStep, onItsWayMs, openStates } from './next-step.ts';
import type { HostAnswer } from './reconciler.ts';

const hostStates = ['unknown', 'applying', 'waiting', 'committed', 'rolling-back', 'rolled-back'] as const;
const answers: fc.Arbitrary<HostAnswer> = fc.record({
  state: fc.constantFrom(...hostStates),
  generation: fc.option(fc.nat({ max: 50 })),
  deadline: fc.option(fc.constant('2026-11-22T01:00:00.000Z')),
  reason: fc.option(fc.string()),
});
const changes = fc.record({
  state: fc.constantFrom<ChangeState>(...changeStates),
  generation: fc.option(fc.nat({ max: 50 })),
  deadline: fc.option(fc.constant('2026-11-22T01:00:00.000Z')),
  ageMs: fc.nat({ max: 300_000 }),
});

it('ends as the host says, and never otherwise', () => {
  fc.assert(
    fc.property(changes, answers, (change, answer) => {
      const step = nextStep(change, answer);
      if (step?.state === 'committed' || step?.state === 'rolled-back') expect(step.state).toBe(answer.state);
      if (isOpen(change.state) && (answer.state === 'committed' || answer.state === 'rolled-back'))
        expect(step?.state).toBe(answer.state);
      if (step?.state === 'failed') expect(answer.state).toBe('unknown');
    }),
  );
});

it('leaves alone what has ended', () => {
  fc.assert(
    fc.property(changes, answers, (change, answer) => {
      if (!isOpen(change.state)) expect(nextStep(change, answer)).toBeUndefined();
    }),
  );
});

it('comes to rest: the same answer twice is no news', () => {
  fc.assert(
    fc.property(changes, answers, (change, answer) => {
      const step = nextStep(change, answer);
      if (step) expect(nextStep({ ...change, ...step }, answer)).toBeUndefined();
    }),
  );
});

it('waits for an order that may still be on its way, and no longer', () => {
  const unknown: HostAnswer = { state: 'unknown', generation: null, deadline: null, reason: null };
  for (const state of openStates) {
    const change = { state, generation: null, deadline: null };
    if (state !== 'waiting') expect(nextStep({ ...change, ageMs: onItsWayMs[state] - 1 }, unknown)).toBeUndefined();
    expect(nextStep({ ...change, ageMs: onItsWayMs[state] }, unknown)?.state).toBe('failed');
  }
});
