import { expect, it } from 'vitest';
import type { Drift } from '#allocation';
import { DriftMemory } from './drift-memory.ts';

const drift: Drift = { kind: 'I', subject: 'eth0 (24)', expected: '0', seen: '9', cause: '', remedy: '', heals: true };
const at = (minutes: number) => new Date(minutes * 60_000);

/** Sees the departure come back each minute, and tries whenever it may. Answers the minutes of the tries. */
function triesWithin(memory: DriftMemory, from: number, to: number): number[] {
  const tries: number[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    memory.see([drift], at(minute), minute * 60_000);
    if (!memory.mayTry(drift, minute * 60_000)) continue;
    memory.tried(drift, minute * 60_000);
    tries.push(minute);
  }
  return tries;
}

it('tries three times with longer and longer pauses, and then no more', () => {
  const memory = new DriftMemory();
  expect(triesWithin(memory, 0, 60)).toEqual([0, 1, 5]);
  expect(memory.triesOf(drift)).toBe(3);
});

it('counts on while something sets it back each time, and begins anew after ten quiet minutes', () => {
  const memory = new DriftMemory();
  triesWithin(memory, 0, 5);
  memory.see([], at(6), 6 * 60_000);
  memory.see([drift], at(7), 7 * 60_000);
  expect(memory.mayTry(drift, 1e9)).toBe(false);
  expect(memory.sinceOf(drift, at(99))).toEqual(at(7));
  memory.see([], at(8), 8 * 60_000);
  memory.see([], at(20), 20 * 60_000);
  expect(triesWithin(memory, 21, 21)).toEqual([21]);
});

it('never tries what nobody may put right unasked', () => {
  const memory = new DriftMemory();
  const other = { ...drift, kind: 'X' as const, heals: false };
  memory.see([other], at(0), 0);
  expect(memory.mayTry(other, 1e9)).toBe(false);
});
