import { expect, test } from 'vitest';
import type { Candidate } from './candidate.ts';
import { type ExplainInput, explain } from './explain.ts';
import { plan } from './plan.ts';
import { hoursAfter, type MoverPolicy } from './policy.ts';
import type { ObservedTier } from './room-ledger.ts';

const now = new Date(2026, 10, 21, 12, 0, 0);
const policy: MoverPolicy = {
  window: { from: '01:00', to: '06:00' },
  ages: [{ class: 'original', from: 'hot', to: 'cold', idleHours: 48 }],
  promotion: { reads: 3, withinHours: 24, waitHours: 24 },
  maxMovesPerRun: 10,
  maxBytesPerRun: 1e12,
};
const tierOf = (name: string, usedShare = 0.5): ObservedTier => ({
  settings: {
    name,
    path: `/srv/${name}`,
    fileSystemUuid: null,
    ...{ lowPercent: 75, highPercent: 85, criticalPercent: 92, minFreeBytes: 0, minFreeInodes: 0 },
    ...{ residenceHours: 24, maxWriteBytesPerDay: null, parallelMoves: 1 },
  },
  ...{ state: 'ready', reason: null, fileSystem: name, fileSystemUuid: null, fileSystemType: 'ext4' },
  room: { totalBytes: 1e12, freeBytes: 1e12 * (1 - usedShare), totalInodes: 0, freeInodes: 0 },
  ...{ reservedBytes: 0, reservedFiles: 0, writtenTodayBytes: 0 },
});
const object: Candidate = {
  ...{ objectId: 'o', organisationId: 'm', class: 'original', tier: 'hot', generation: 1, bytes: 1000 },
  ...{ placedAt: hoursAfter(now, -10), usedAt: hoursAfter(now, -10), recentReads: 0 },
  ...{ pinnedTier: null, neverMove: false, held: false, damage: null },
};
const about = (changes: Partial<Candidate>, more: Partial<ExplainInput> = {}) =>
  explain(
    {
      object: { ...object, ...changes },
      tiers: [tierOf('hot'), tierOf('cold')],
      policy,
      lastMove: undefined,
      onItsWayTo: undefined,
      isEnabled: true,
      ...more,
    },
    now,
  );

test('an object that ages says when it moves, which is when a plan moves it and not before', () => {
  const { next } = about({});
  expect(next).toMatchObject({ rule: 'age', to: 'cold', dueAt: new Date(2026, 10, 23, 2, 0, 0) });
  const observed = { tiers: [tierOf('hot'), tierOf('cold')], candidates: [object], blocked: [], ignoresWindow: false };
  const dueAt = next?.dueAt as Date;
  expect(plan(observed, policy, dueAt).moves).toHaveLength(1);
  expect(plan(observed, policy, new Date(dueAt.getTime() - 1)).moves).toEqual([]);
});

test('wishes come before use, use before want of room, want of room before age', () => {
  const full = [tierOf('hot', 0.95), tierOf('cold')];
  expect(about({ pinnedTier: 'cold' }, { tiers: full }).next).toMatchObject({ rule: 'pin', to: 'cold' });
  expect(about({ pinnedTier: 'hot' }, { tiers: full }).next).toBeNull();
  expect(about({}, { tiers: full }).next).toMatchObject({ rule: 'pressure', to: 'cold', dueAt: now });
  expect(about({ tier: 'cold', recentReads: 3, placedAt: hoursAfter(now, -100) }).next).toMatchObject({
    rule: 'promotion',
    to: 'hot',
    dueAt: now,
  });
});

test('what keeps it is said: a wish, damage, a missing tier, a switch', () => {
  expect(about({ neverMove: true })).toMatchObject({ next: null, why: expect.arrayContaining(['It is never to be moved.']) });
  expect(about({ damage: 'Rot.' })).toMatchObject({
    next: null,
    why: expect.arrayContaining(['It is damaged and stays until that is mended: Rot.']),
  });
  expect(about({ held: true }).why).toContain('It is held: it is never deleted, but moves like any other.');
  const missing = { ...tierOf('hot'), state: 'missing' as const };
  expect(about({}, { tiers: [missing, tierOf('cold')] }).why).toContain('hot is missing: nothing moves to or from it.');
  expect(about({}, { isEnabled: false }).why.at(-1)).toMatch(/switched off/);
  expect(about({ class: 'rendition' }).why).toContain('No rule of age moves renditions from hot.');
});

test('the way it came is told from its last move', () => {
  const lastMove = { from: 'cold', rule: 'promotion' as const, reason: 'read at least 3 times in 24 hours' };
  expect(about({}, { lastMove }).why[0]).toBe('It came from cold to hot: read at least 3 times in 24 hours.');
  expect(about({}, { onItsWayTo: 'cold' }).why).toContain('It is on its way to cold.');
});
