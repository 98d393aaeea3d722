import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '#kernel';
import type { TierSettings } from '#manifest';
import { usedPercent } from '../../tiers/domain/tier.ts';
import type { Candidate } from './candidate.ts';
import { instantOf, type Observed, plan } from './plan.ts';
import { hoursAfter, type MoverPolicy } from './policy.ts';
import { type ObservedTier, reserveFactor } from './room-ledger.ts';
import { isWithin, nextWithin } from './window.ts';

const now = new Date(2026, 10, 21, 12, 0, 0);
const gigabyte = 1_000_000_000;
const policy: MoverPolicy = {
  window: { from: '01:00', to: '06:00' },
  ages: [
    { class: 'original', from: 'hot', to: 'warm', idleHours: 24 },
    { class: 'original', from: 'warm', to: 'cold', idleHours: 720 },
  ],
  promotion: { reads: 3, withinHours: 24, waitHours: 24 },
  maxMovesPerRun: 1000,
  maxBytesPerRun: 1000 * gigabyte,
};
const settings = (name: string): TierSettings => ({
  name,
  path: `/srv/${name}`,
  fileSystemUuid: null,
  lowPercent: 75,
  highPercent: 85,
  criticalPercent: 92,
  minFreeBytes: 0,
  minFreeInodes: 0,
  residenceHours: 24,
  maxWriteBytesPerDay: null,
  parallelMoves: 1,
});

function tier(name: string, usedShare: number, changes: Partial<ObservedTier> = {}): ObservedTier {
  const totalBytes = 100 * gigabyte;
  const room = { totalBytes, freeBytes: totalBytes * (1 - usedShare), totalInodes: 1_000_000, freeInodes: 900_000 };
  return {
    settings: settings(name),
    state: 'ready',
    reason: null,
    fileSystem: name,
    fileSystemUuid: null,
    fileSystemType: 'ext4',
    room,
    reservedBytes: 0,
    reservedFiles: 0,
    writtenTodayBytes: 0,
    ...changes,
  };
}

function object(changes: Partial<Candidate> = {}): Candidate {
  return {
    objectId: newId(),
    organisationId: newId(),
    class: 'original',
    tier: 'hot',
    placedAt: hoursAfter(now, -1000),
    generation: 1,
    bytes: gigabyte,
    usedAt: hoursAfter(now, -100),
    recentReads: 0,
    pinnedTier: null,
    neverMove: false,
    held: false,
    damage: null,
    ...changes,
  };
}

function observed(candidates: Candidate[], changes: Partial<Observed> = {}): Observed {
  return {
    tiers: [tier('hot', 0.5), tier('warm', 0.5), tier('cold', 0.5)],
    candidates,
    blocked: [],
    ignoresWindow: true,
    ...changes,
  };
}
const full = (share: number) => [tier('hot', share), tier('warm', 0.3), tier('cold', 0.3)];

describe('by age', () => {
  test('what nobody has read for a day goes down one tier, what was read today stays', () => {
    const [old, fresh] = [object(), object({ usedAt: hoursAfter(now, -23) })];
    expect(plan(observed([old, fresh]), policy, now).moves).toMatchObject([
      { objectId: old.objectId, from: 'hot', to: 'warm', rule: 'age', reason: 'not read for 24 hours' },
    ]);
  });
  test('renditions stay', () => {
    expect(plan(observed([object({ class: 'rendition' })]), policy, now).moves).toEqual([]);
  });
  test('outside the window nothing moves, and the plan says so', () => {
    const found = plan(observed([object()], { ignoresWindow: false }), policy, now);
    expect(found.moves).toEqual([]);
    expect(found.reasons).toContain('Objects move for their age from 01:00 to 06:00 only.');
  });
  test('also between folders of one file system', () => {
    const tiers = ['hot', 'warm', 'cold'].map((name) => tier(name, 0.5, { fileSystem: 'one' }));
    expect(plan(observed([object()], { tiers }), policy, now).moves).toHaveLength(1);
  });
  test('a tier that is not ready takes no part, and is named', () => {
    const tiers = [
      tier('hot', 0.5),
      tier('warm', 0.5, { state: 'missing', reason: 'No marker.', room: null }),
      tier('cold', 0.5),
    ];
    const found = plan(observed([object(), object({ tier: 'warm', usedAt: hoursAfter(now, -9000) })], { tiers }), policy, now);
    expect(found.moves).toEqual([]);
    expect(found.skipped.map(({ reason }) => reason)).toEqual(['warm is missing']);
    expect(found.reasons[0]).toBe('warm is missing: nothing moves to or from it. No marker.');
  });
  test('writes of a day are a budget', () => {
    const warm = tier('warm', 0.1, { writtenTodayBytes: gigabyte });
    warm.settings = { ...warm.settings, maxWriteBytesPerDay: 3 * gigabyte };
    const found = plan(
      observed([object(), object(), object()], { tiers: [tier('hot', 0.5), warm, tier('cold', 0.1)] }),
      policy,
      now,
    );
    expect(found.moves).toHaveLength(2);
    expect(found.skipped).toMatchObject([{ reason: 'warm has had its writes for today', count: 1 }]);
  });
});

describe('under pressure', () => {
  test('it starts at the high mark and stops at the low one, oldest and largest first', () => {
    const objects = Array.from({ length: 40 }, (_, index) =>
      object({ class: 'rendition', usedAt: hoursAfter(now, -100 - index) }),
    );
    const { moves } = plan(observed(objects, { tiers: full(0.86) }), policy, now);
    expect(moves).toHaveLength(11);
    expect(moves[0]?.objectId).toBe(objects.at(-1)?.objectId);
    expect(plan(observed(objects, { tiers: full(0.84) }), policy, now).moves).toEqual([]);
  });
  test('below critical it waits for the window and for residence, above for neither, and for pins always', () => {
    const objects = [object({ placedAt: hoursAfter(now, -1) }), object({ placedAt: hoursAfter(now, -1), pinnedTier: 'hot' })];
    const high = observed(objects, { tiers: full(0.9), ignoresWindow: false });
    expect(plan(high, policy, now).moves).toEqual([]);
    const critical = observed(objects, { tiers: full(0.93), ignoresWindow: false });
    expect(plan(critical, policy, now).moves.map(({ objectId }) => objectId)).toEqual([objects[0]?.objectId]);
  });
  test('tiers on one file system are not emptied into each other, and the plan says why', () => {
    const tiers = ['hot', 'warm', 'cold'].map((name) => tier(name, 0.95, { fileSystem: 'one' }));
    const found = plan(observed([object({ class: 'rendition' })], { tiers }), policy, now);
    expect(found.moves).toEqual([]);
    expect(found.reasons).toContain('hot is above 92 %, and the other tiers share its file system, so moving makes no room.');
  });
  test('small objects go last', () => {
    const small = object({ class: 'rendition', bytes: 60_000, usedAt: hoursAfter(now, -100_000) });
    const large = object({ class: 'rendition', bytes: 70_000, usedAt: hoursAfter(now, -30) });
    const { moves } = plan(observed([small, large], { tiers: full(0.9) }), policy, now);
    expect(moves.map(({ objectId }) => objectId)).toEqual([large.objectId, small.objectId]);
  });
  test('where the next tier is full, the one after it takes in', () => {
    const tiers = [tier('hot', 0.9), tier('warm', 0.849), tier('cold', 0.3)];
    expect(plan(observed([object({ class: 'rendition' })], { tiers }), policy, now).moves).toMatchObject([{ to: 'cold' }]);
  });
});

describe('by use and by wish', () => {
  test('what is read often comes back to the first tier, unless it was sent down just now', () => {
    const used = { tier: 'cold', recentReads: 3, usedAt: now };
    const [wanted, justSent] = [object(used), object({ ...used, placedAt: hoursAfter(now, -2) })];
    const found = plan(observed([wanted, justSent], { ignoresWindow: false }), policy, now);
    expect(found.moves).toMatchObject([{ objectId: wanted.objectId, to: 'hot', rule: 'promotion' }]);
    expect(found.skipped).toMatchObject([{ reason: 'came to its tier less than 24 hours ago', count: 1 }]);
  });
  test('a pin moves at any hour, also beyond the high mark, and holds against everything else', () => {
    const pinned = object({ tier: 'cold', pinnedTier: 'hot' });
    expect(plan(observed([pinned], { ignoresWindow: false, tiers: full(0.9) }), policy, now).moves).toMatchObject([
      { rule: 'pin', to: 'hot' },
    ]);
    expect(plan(observed([object({ pinnedTier: 'hot' }), object({ neverMove: true })]), policy, now).moves).toEqual([]);
  });
  test('a hold against deletion does not keep an object from moving; damage does', () => {
    expect(plan(observed([object({ held: true })]), policy, now).moves).toHaveLength(1);
    expect(plan(observed([object({ damage: 'gone' })]), policy, now).moves).toEqual([]);
  });
});

test('a window may go over midnight', () => {
  const night = { from: '22:00', to: '04:30' };
  expect(isWithin(night, new Date(2026, 1, 1, 23, 0))).toBe(true);
  expect(isWithin(night, new Date(2026, 1, 1, 4, 30))).toBe(false);
  expect(nextWithin(night, new Date(2026, 1, 1, 12, 0))).toEqual(new Date(2026, 1, 1, 22, 0));
  expect(nextWithin(policy.window, now)).toEqual(new Date(2026, 10, 22, 1, 0));
});

const anyObject = fc
  .record({
    objectId: fc.uuid(),
    class: fc.constantFrom('original' as const, 'rendition' as const),
    tier: fc.constantFrom('hot', 'warm', 'cold'),
    placed: fc.integer({ min: 0, max: 2000 }),
    bytes: fc.integer({ min: 0, max: 20 * gigabyte }),
    used: fc.integer({ min: 0, max: 2000 }),
    recentReads: fc.integer({ min: 0, max: 5 }),
    pinnedTier: fc.option(fc.constantFrom('hot', 'warm', 'cold'), { freq: 5 }),
    neverMove: fc.boolean(),
  })
  .map(({ placed, used, ...rest }) => object({ ...rest, placedAt: hoursAfter(now, -placed), usedAt: hoursAfter(now, -used) }));
const anyTiers = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.boolean(),
  )
  .map(([hot, warm, cold, isShared]) => [
    tier('hot', hot),
    tier('warm', warm),
    tier('cold', cold, isShared ? { fileSystem: 'warm' } : {}),
  ]);
const anyObserved = fc
  .tuple(fc.uniqueArray(anyObject, { selector: ({ objectId }) => objectId, maxLength: 40 }), anyTiers, fc.boolean())
  .map(([candidates, tiers, ignoresWindow]) => observed(candidates, { tiers, ignoresWindow }));

describe('every plan', () => {
  test('is the same for the same input, in whatever order objects come', () => {
    fc.assert(
      fc.property(anyObserved, (input) => {
        const shuffled = { ...input, candidates: [...input.candidates].reverse() };
        expect(JSON.stringify(plan(shuffled, policy, now))).toBe(JSON.stringify(plan(input, policy, now)));
      }),
    );
  });
  test('keeps wishes, moves an object once, and never passes a high mark but by a pin', () => {
    fc.assert(
      fc.property(anyObserved, (input) => {
        const { moves } = plan(input, policy, now);
        const byId = new Map(input.candidates.map((candidate) => [candidate.objectId, candidate]));
        expect(new Set(moves.map(({ objectId }) => objectId)).size).toBe(moves.length);
        for (const move of moves) {
          const moved = byId.get(move.objectId);
          expect(moved?.neverMove).toBe(false);
          expect([null, move.to]).toContain(moved?.pinnedTier);
          expect(move.from).not.toBe(move.to);
        }
        for (const {
          settings: { name },
          room,
        } of input.tiers) {
          const arriving = moves.filter(({ to }) => to === name);
          if (!room || arriving.length === 0 || arriving.some(({ rule }) => rule === 'pin')) continue;
          const bytes = arriving.reduce((sum, move) => sum + move.bytes * reserveFactor, 0);
          expect(usedPercent({ ...room, freeBytes: room.freeBytes - bytes })).toBeLessThanOrEqual(85);
        }
      }),
    );
  });
  test('takes no more than a run may', () => {
    const small = { ...policy, maxMovesPerRun: 3, maxBytesPerRun: 5 * gigabyte };
    fc.assert(
      fc.property(anyObserved, (input) => {
        const { moves } = plan(input, small, now);
        expect(moves.length).toBeLessThanOrEqual(3);
        expect(moves.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(5 * gigabyte);
      }),
    );
  });
  test('after a move nothing wants the object back: what went down does not come up, nor the other way', () => {
    fc.assert(
      fc.property(anyObserved, (input) => {
        const { moves } = plan({ ...input, tiers: full(0.5) }, policy, now);
        const later = hoursAfter(now, 1);
        const moved = moves
          .filter(({ rule }) => rule !== 'pin')
          .flatMap(({ objectId, to }) =>
            input.candidates.filter((one) => one.objectId === objectId).map((one) => ({ ...one, tier: to, placedAt: now })),
          );
        expect(plan({ ...input, tiers: full(0.5), candidates: moved }, policy, later).moves).toEqual([]);
      }),
    );
  });
  test('says in its digest for which instant it was made', () => {
    expect(instantOf(plan(observed([]), policy, now).digest)).toEqual(now);
    expect(instantOf('yesterday')).toBeUndefined();
  });
});
