import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { findCheckout, profileFolder, readManifest } from '#manifest';
import { layOutSysfs, sysfsMachines } from '../../../testing/src/sysfs-tree.ts';
import { readTopology } from '../topology-reader.adapter.ts';
import { proposeBudgets } from './propose-budgets.ts';
import type { SliceLoad, SliceMinute } from './slice-demand.ts';

const folder = mkdtempSync(join(tmpdir(), 'proposal-'));
afterAll(() => rmSync(folder, { recursive: true }));
layOutSysfs(folder, sysfsMachines['7950x']);
const topology = readTopology(folder);
const profiles = profileFolder(findCheckout());
const budgets = readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles).workloads;

const sunday = new Date(2026, 9, 25).getTime();

/** Minutes of so many days: `busy` by day of the week and hour. */
function minutes(days: number, busy: (day: number, hour: number) => number, pressure = 0): SliceMinute[] {
  return Array.from({ length: days * 1440 }, (_, minute) => {
    const atMs = sunday + minute * 60_000;
    const time = new Date(atMs);
    return { atMs, busy: busy(time.getDay(), time.getHours()), pressure };
  });
}
const quiet = (days: number): [string, SliceMinute[]][] =>
  ['postgresql', 'redis', 'api', 'ml', 'video', 'monitoring'].map((id) => [id, minutes(days, () => 0.2)]);
const withLoad = (days: number, own: Record<string, SliceMinute[]>): SliceLoad =>
  new Map([...quiet(days), ...Object.entries(own)]);

describe('proposals from measured load', () => {
  it('gives films more while inference hardly works, says why, and what it would change', () => {
    const load = withLoad(21, { video: minutes(21, (_day, hour) => (hour >= 20 ? 5.9 : 3), 0.8) });
    const found = proposeBudgets({ topology, budgets, load });
    if (found.kind !== 'proposal') throw new Error(found.message);
    expect(found.changes).toEqual([
      { id: 'ml', from: 4, to: 2, because: '1 thread would have been enough (95 of 100 minutes below 0.2 CPUs)' },
      { id: 'video', from: 6, to: 8, because: 'too tight in 16.7 % of 20160 minutes; 8 threads would have been enough' },
    ]);
    expect(found.threads).toMatchObject({ video: 8, ml: 2, reserve: 8 });
    expect(found.plan.assignments.video).toHaveLength(8);
    expect(found.isHeldOut).toBe(true);
    expect(found.effect.find(({ id }) => id === 'video')).toEqual({
      id: 'video',
      tightMinutesBefore: 1680,
      tightMinutesAfter: 0,
    });
    expect(found.evidence.find(({ id }) => id === 'video')?.busiest[0]).toMatchObject({ hour: 20 });
  });

  it('says that everybody has enough where that is so', () => {
    expect(proposeBudgets({ topology, budgets, load: withLoad(8, {}) })).toMatchObject({ kind: 'none', code: 'BUDGETS_FIT' });
  });

  it('proposes nothing before a week is measured, or where half of it is missing', () => {
    expect(proposeBudgets({ topology, budgets, load: withLoad(6, {}) })).toMatchObject({ code: 'TOO_LITTLE_MEASURED' });
    const gaps = new Map(quiet(8).map(([id, all]) => [id, all.filter(({ atMs }) => (atMs / 60_000) % 3 === 0)]));
    expect(proposeBudgets({ topology, budgets, load: gaps })).toMatchObject({ code: 'TOO_LITTLE_MEASURED' });
    expect(proposeBudgets({ topology, budgets, load: new Map() })).toMatchObject({ code: 'TOO_LITTLE_MEASURED' });
  });

  it('says who could use more where nobody has a core to give', () => {
    const full = (threads: number) => minutes(8, () => threads * 0.99, 0.5);
    const load = new Map(
      budgets
        .filter(({ class: kind }) => kind !== 'system' && kind !== 'reserve')
        .map(({ id, threads }) => [id, full(threads)]),
    );
    const found = proposeBudgets({ topology, budgets, load });
    expect(found).toMatchObject({ kind: 'none', code: 'NOTHING_TO_GIVE' });
  });

  it('takes from the reserve only down to what that declares', () => {
    const load = new Map(
      budgets
        .filter(({ class: kind }) => kind !== 'system' && kind !== 'reserve')
        .map(({ id, threads }) => [id, minutes(8, () => threads * 0.99, 0.5)]),
    );
    const giving = budgets.map((budget) => (budget.class === 'reserve' ? { ...budget, minThreads: 4 } : budget));
    const found = proposeBudgets({ topology, budgets: giving, load });
    if (found.kind !== 'proposal') throw new Error(found.message);
    expect(found.threads.reserve).toBe(4);
  });

  it('never proposes fewer than somebody needs or can live with, nor more threads than there are', () => {
    const level = fc.double({ min: 0, max: 1.3, noNaN: true });
    fc.assert(
      fc.property(fc.array(level, { minLength: 6, maxLength: 6 }), (levels) => {
        const own = Object.fromEntries(
          ['postgresql', 'redis', 'api', 'ml', 'video', 'monitoring'].map((id, index) => {
            const threads = budgets.find((budget) => budget.id === id)?.threads ?? 0;
            return [
              id,
              minutes(
                7,
                () => Math.min(threads, threads * (levels[index] as number)),
                Math.max(0, (levels[index] as number) - 0.9),
              ),
            ];
          }),
        );
        const found = proposeBudgets({ topology, budgets, load: withLoad(7, own) });
        if (found.kind === 'none') return;
        expect(Object.values(found.threads).reduce((sum, threads) => sum + threads, 0)).toBe(32);
        for (const { id, from, to } of found.changes) {
          const needed = found.evidence.find((demand) => demand.id === id)?.needed ?? 0;
          if (to < from) expect(to).toBeGreaterThanOrEqual(needed);
          expect(to).toBeGreaterThanOrEqual(budgets.find((budget) => budget.id === id)?.minThreads ?? 1);
        }
        for (const { tightMinutesBefore, tightMinutesAfter, id } of found.effect)
          if (found.changes.some((change) => change.id === id && change.to > change.from))
            expect(tightMinutesAfter).toBeLessThanOrEqual(tightMinutesBefore);
      }),
      { numRuns: 15 },
    );
  });
});
