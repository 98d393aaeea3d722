import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GpuCardSettings } from '#manifest';
import { gpuRecordings } from '../../../testing/src/recorded-gpus.ts';
import { parseGpus } from '../gpu/parse-gpus.ts';
import { planShares, unchangedShares } from './share-plan.ts';
import { shareAssignments, shareNames, shareValuesOf, splitValues, withShareValues } from './share-values.ts';

const share = (workload: string, ceilingPercent: number, memoryMb: number) => ({
  ...{ workload, ceilingPercent, memoryMb, processes: 2, encoderSessions: 1 },
});
const card = (name: number, shares: GpuCardSettings['shares']): GpuCardSettings => ({
  ...{ card: name, reserveMb: 1024, mps: true, ceilingsMayExceed: true, encoderSessions: null, shares },
});
const declared = [card(0, [share('ml', 80, 16_000), share('video', 40, 4000)]), card(1, [share('ml', 50, 8000)])];
const ids = ['os', 'ml', 'video'];
const there = { cards: parseGpus(gpuRecordings['two-4090'].output), problem: null };
const hold = (cards: GpuCardSettings[]) => ({ planId: 'ab'.repeat(32), cards, since: {} });

const names = ['ml', 'video'].flatMap((id) => shareNames.flatMap((name) => [`${id}.${name}`, `${id}.${name}2`]));
const wishes = fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: 40 }), { maxKeys: 6 });

it('gives each share the numbers that were asked for, and nobody else others', () => {
  fc.assert(
    fc.property(wishes, (values) => {
      // The second card has no share of video yet: a whole one has to be asked for.
      const whole = { 'video.gpuPercent2': 5, 'video.gpuMemoryMb2': 500, ...values };
      const after = shareValuesOf(withShareValues(declared, ids, whole), ids);
      expect(after).toMatchObject(whole);
      const before = shareValuesOf(declared, ids);
      for (const [name, value] of Object.entries(before)) if (!(name in whole)) expect(after[name]).toBe(value);
    }),
  );
});

it('comes back to any shares by their values, whatever was in force meanwhile', () => {
  fc.assert(
    fc.property(wishes, wishes, (one, other) => {
      const added = { 'video.gpuPercent2': 5, 'video.gpuMemoryMb2': 500 };
      const former = withShareValues(declared, ids, { ...added, ...one });
      const meanwhile = withShareValues(former, ids, { ...other, 'ml.gpuPercent': 0 });
      const back = withShareValues(meanwhile, ids, shareValuesOf(former, ids));
      expect(shareValuesOf(back, ids)).toEqual(shareValuesOf(former, ids));
    }),
  );
});

it('plans the same for the same, and nothing where nothing is wished otherwise', () => {
  fc.assert(
    fc.property(wishes, (values) => {
      const wished = withShareValues(declared, ids, { 'video.gpuPercent2': 5, 'video.gpuMemoryMb2': 500, ...values });
      const [one, again] = [0, 1].map(() => planShares({ declared, wished }, there, hold(declared), ids));
      expect(one).toEqual(again);
      if (!one?.feasible) return;
      expect(planShares({ declared, wished }, there, hold(wished), ids)).toMatchObject({ changes: [], restarts: [] });
      const changed = one.changes.map(({ subject, what }) => `${subject}.${what}`);
      for (const [name, value] of Object.entries(values))
        if (shareValuesOf(declared, ids)[name] !== value) expect(changed).toContain(name);
    }),
    { numRuns: 50 },
  );
});

it('writes numbers where they are, and all shares of a card where one comes or goes', () => {
  const other = withShareValues(declared, ids, { 'ml.gpuPercent2': 30, 'video.gpuPercent': 0 });
  expect(shareAssignments(declared, other)).toEqual([
    { path: ['gpu', 'cards', '0', 'shares'], value: [share('ml', 80, 16_000)] },
    { path: ['gpu', 'cards', '1', 'shares', '0', 'ceilingPercent'], value: 30 },
  ]);
});

it('tells values of shares from others', () => {
  expect(splitValues({ 'ml.gpuPercent': 1, 'ml.threads': 2, 'video.encoderSessions2': 3 })).toEqual({
    shares: { 'ml.gpuPercent': 1, 'video.encoderSessions2': 3 },
    budgets: { 'ml.threads': 2 },
  });
});

it.each([
  [{ 'cinema.gpuPercent': 2 }, 'There is no workload cinema'],
  [{ 'ml.gpuPercent3': 2 }, 'the manifest declares 2'],
  [{ 'ml.gpuPercent': 101 }, '0 to 100'],
  [{ 'ml.gpuMemoryMb': 0 }, '1 to 16777216'],
  [{ 'os.gpuPercent': 5 }, 'a new one needs gpuPercent and gpuMemoryMb'],
])('refuses %o', (values, why) => {
  expect(() => withShareValues(declared, ids, values)).toThrow(
    expect.objectContaining({ code: 'RECONCILE_VALUE_UNKNOWN', message: expect.stringContaining(why) }),
  );
});

it('says what does not fit with what would, and keeps what nobody wishes otherwise', () => {
  const wished = withShareValues(declared, ids, { 'ml.gpuMemoryMb': 40_000 });
  const short = planShares({ declared, wished }, there, null, ids);
  expect(short).toMatchObject({ feasible: false, code: 'GPU_MEMORY_SHORT', needed: 44_000, available: 23_540 });
  if (short.feasible) throw new Error('It fits.');
  const fitting = withShareValues(wished, ids, short.nearestFeasible ?? {});
  expect(planShares({ declared, wished: fitting }, there, null, ids).feasible).toBe(true);
  const kept = unchangedShares(hold(declared), ids);
  expect([kept.asked, kept.changes, kept.files.length]).toEqual([undefined, [], 6]);
});
