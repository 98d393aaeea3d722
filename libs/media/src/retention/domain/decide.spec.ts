import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assetKinds } from '../../http/asset.contract.ts';
import { type Candidate, daysAfter, decide, dueOf } from './decide.ts';
import { mustStop } from './error-rate.ts';
import { instantOfDigest, type PreviewGroup, previewOf } from './preview.ts';
import { defaultPolicies, type Policies, settableClasses } from './retention-class.ts';

const start = new Date('2026-01-01T00:00:00Z');
const day = fc.integer({ min: 0, max: 2000 });
const asset: fc.Arbitrary<Candidate> = fc
  .record({
    assetId: fc.uuid(),
    kind: fc.constantFrom(...assetKinds),
    added: day,
    trashedAfter: fc.option(day),
    objects: fc.integer({ min: 1, max: 20 }),
    bytes: fc.integer({ min: 0, max: 1e9 }),
    isHeld: fc.boolean(),
    isMoving: fc.boolean(),
  })
  .map(({ added, trashedAfter, ...rest }) => {
    const addedAt = daysAfter(start, added);
    return { ...rest, addedAt, trashedAt: trashedAfter === null ? null : daysAfter(addedAt, trashedAfter) };
  });
const policies: fc.Arbitrary<Policies> = fc
  .tuple(...settableClasses.map(() => fc.option(fc.integer({ min: 1, max: 3000 }))))
  .map((values) => Object.fromEntries(settableClasses.map((name, index) => [name, values[index]])) as unknown as Policies);
const instant = day.map((days) => daysAfter(start, days));

const free: Candidate = {
  assetId: 'a',
  kind: 'video',
  addedAt: start,
  trashedAt: null,
  objects: 3,
  bytes: 100,
  isHeld: false,
  isMoving: false,
};

describe('what is deleted', () => {
  test('nothing that people brought, until an administrator says so', () => {
    fc.assert(
      fc.property(asset, instant, (one, at) => {
        expect(decide({ ...one, trashedAt: null }, defaultPolicies, at).verdict).toBe('keep');
      }),
    );
  });

  test('nothing that is held, whatever the policies', () => {
    fc.assert(
      fc.property(asset, policies, instant, (one, given, at) => {
        expect(decide({ ...one, isHeld: true }, given, at).verdict).not.toBe('delete');
      }),
    );
  });

  test('nothing before its day, and everything free from its day on', () => {
    fc.assert(
      fc.property(asset, policies, (one, given) => {
        const due = dueOf(one, given);
        if (!due) return;
        const one2 = { ...one, isHeld: false, isMoving: false };
        expect(decide(one2, given, new Date(due.at.getTime() - 1)).verdict).toBe('keep');
        expect(decide(one2, given, due.at).verdict).toBe('delete');
      }),
    );
  });

  test('longer times never delete more', () => {
    fc.assert(
      fc.property(asset, policies, instant, fc.constantFrom(...settableClasses), day, (one, given, at, name, more) => {
        const days = given[name];
        const longer = { ...given, [name]: days === null ? null : days + more };
        const before = decide(one, given, at).verdict === 'delete';
        const after = decide(one, longer, at).verdict === 'delete';
        expect(after && !before).toBe(false);
      }),
    );
  });

  test('what is in the trash goes on its day there or on the day of its kind, whichever comes first', () => {
    const trashed = { ...free, trashedAt: daysAfter(start, 10) };
    expect(dueOf(trashed, { ...defaultPolicies, 'original-video': 100 })).toEqual({ class: 'trash', at: daysAfter(start, 40) });
    expect(dueOf(trashed, { ...defaultPolicies, 'original-video': 20 })).toEqual({
      class: 'original-video',
      at: daysAfter(start, 20),
    });
    expect(dueOf({ ...trashed, trashedAt: null }, defaultPolicies)).toBeUndefined();
  });

  test('what moves between tiers waits', () => {
    const given = { ...defaultPolicies, 'original-video': 1 };
    expect(decide({ ...free, isMoving: true }, given, daysAfter(start, 2)).verdict).toBe('moving');
  });
});

describe('a preview', () => {
  const group: PreviewGroup = { class: 'original-video', verdict: 'delete', assets: 2, objects: 6, bytes: 100, digest: 'aa' };
  const given = { ...defaultPolicies, 'original-video': 1 };
  const at = daysAfter(start, 5);
  const digest = (groups: readonly PreviewGroup[], policies = given, instant = at) =>
    previewOf(policies, instant, groups, []).digest;

  test('adds up what goes, and beside it what is held or moving', () => {
    const groups: PreviewGroup[] = [
      { ...group, class: 'trash' },
      group,
      { ...group, verdict: 'held', assets: 3 },
      { ...group, verdict: 'moving', assets: 4 },
    ];
    const { total, byClass, held, moving } = previewOf(given, at, groups, []);
    expect([total, held.assets, moving.assets]).toEqual([{ assets: 4, objects: 12, bytes: 200 }, 3, 4]);
    expect(byClass.map(({ class: name }) => name)).toEqual(['original-video', 'trash']);
  });

  test('has another digest as soon as something else would go', () => {
    const first = digest([group]);
    expect(digest([group])).toBe(first);
    expect(digest([{ ...group, digest: 'ab' }])).not.toBe(first);
    expect(digest([{ ...group, verdict: 'held' }])).not.toBe(first);
    expect(digest([{ ...group, class: 'trash' }])).not.toBe(first);
    expect(digest([group, { ...group, class: 'trash' }])).not.toBe(first);
    expect(digest([group], { ...given, trash: 31 })).not.toBe(first);
    expect(digest([group, { ...group, class: 'trash' }])).toBe(digest([{ ...group, class: 'trash' }, group]));
    expect(instantOfDigest(first)).toEqual(at);
    expect(instantOfDigest('yesterday')).toBeUndefined();
  });
});

test('a run stops once more than half of at least twenty failed', () => {
  expect(mustStop(19, 19)).toBe(false);
  expect(mustStop(10, 20)).toBe(false);
  expect(mustStop(11, 20)).toBe(true);
});
