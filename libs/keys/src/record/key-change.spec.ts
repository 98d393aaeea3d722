import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KeyState } from '../provider/key-provider.ts';
import type { KeyStateReport } from '../provider/key-state-watch.ts';
import { changeOf, isConfirmation, isGuess, isNews } from './key-change.ts';

const since = new Date('2026-11-21T10:00:00Z');
const act = { id: 'a', at: '2026-11-21T09:59:58Z', action: 'keystore.sealed', by: 'alice by command', detail: {} };
const report = (values: Partial<KeyStateReport>): KeyStateReport => ({
  state: 'SEALED',
  reason: 'Somebody has sealed the keystore.',
  since,
  provider: 'embedded',
  readsUntil: null,
  detail: { lastAct: act },
  ...values,
});
const known = (state: KeyStateReport['state'], isNewer = false) => ({ state, isNewerThan: () => isNewer });

it('names who sealed or unsealed, where that was just before', () => {
  expect(changeOf(report({}))).toMatchObject({ act: { id: 'a', by: 'alice by command' } });
  expect(changeOf(report({ state: 'READY' })).act).toBeNull();
  expect(changeOf(report({ since: new Date('2026-11-21T10:05:00Z') })).act).toBeNull();
  expect(changeOf(report({ detail: {} })).act).toBeNull();
});

it('is news once, and only where nobody has seen anything newer', () => {
  const change = changeOf(report({}));
  expect(isNews(change, known('READY'))).toBe(true);
  expect(isNews(change, known('SEALED'))).toBe(false);
  expect(isNews(change, known('READY', true))).toBe(false);
});

it('a process that has never reached the provider speaks for the appliance only where nobody else has noticed', () => {
  const away = report({ detail: { code: 'KEYS_UNAVAILABLE' } });
  expect(isGuess(away)).toBe(true);
  expect(isGuess(report({}))).toBe(false);
  expect(isNews(changeOf(away, true), known('READY'))).toBe(true);
  expect(isNews(changeOf(away, true), known('DEGRADED'))).toBe(false);
});

/** What the row in the database knows. */
class Known {
  state: KeyState = 'SEALED';
  since = new Date(0);
  isNewerThan(other: Date): boolean {
    return this.since >= other;
  }
}

it('of any number of processes that look at any time and write in any order, one tells of each change it tells of, forwards in time', () => {
  const states = fc.constantFrom<KeyState>('SEALED', 'UNSEALING', 'READY', 'DEGRADED');
  const look = fc.record({ process: fc.nat(3), atMs: fc.integer({ min: 1, max: 1000 }), delayMs: fc.nat(300) });
  const course = fc.array(fc.record({ state: states, atMs: fc.integer({ min: 1, max: 1000 }) }), { maxLength: 8 });
  fc.assert(
    fc.property(course, fc.array(look, { maxLength: 40 }), (changes, looks) => {
      const stateAt = (ms: number) => changes.filter(({ atMs }) => atMs <= ms).at(-1)?.state ?? 'READY';
      changes.sort((one, other) => one.atMs - other.atMs);
      const seen = new Map<number, KeyState>();
      const told = looks
        .sort((one, other) => one.atMs - other.atMs)
        .flatMap(({ process, atMs, delayMs }) => {
          const state = stateAt(atMs);
          if (seen.get(process) === state) return [];
          seen.set(process, state);
          return [{ writtenMs: atMs + delayMs, change: changeOf(report({ state, since: new Date(atMs), detail: {} })) }];
        })
        .sort((one, other) => one.writtenMs - other.writtenMs);
      const known = new Known();
      const rows = told.flatMap(({ change }) => {
        if (isConfirmation(change, known)) known.since = change.since;
        if (!isNews(change, known)) return [];
        const row = { former: known.state, state: change.state, since: change.since, before: known.since };
        Object.assign(known, { state: change.state, since: change.since });
        return [row];
      });
      for (const row of rows) {
        expect(row.state).not.toBe(row.former);
        expect(row.since > row.before).toBe(true);
        expect(row.state).toBe(stateAt(row.since.getTime()));
      }
      // What the newest look found that was any news to its process stands at the end.
      const newestMs = Math.max(0, ...told.map(({ change }) => change.since.getTime()));
      if (told.length > 0) expect(known.state).toBe(stateAt(newestMs));
    }),
    // A short outage that one process tells of late, after another has found all well again.
    {
      examples: [
        [
          [
            { state: 'UNSEALING', atMs: 5 },
            { state: 'SEALED', atMs: 10 },
          ],
          [
            { process: 1, atMs: 5, delayMs: 300 },
            { process: 2, atMs: 10, delayMs: 0 },
          ],
        ],
      ],
      numRuns: 2000,
    },
  );
});
