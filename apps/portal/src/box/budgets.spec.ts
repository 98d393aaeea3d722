import { expect, test } from 'vitest';
import type { Workload } from '../api/types.ts';
import { budgetsOf, shareOf, stepped, whatFits, withBudget } from './budgets.ts';

const workload = (id: string, threads: number, rest: Partial<Workload> = {}): Workload => ({
  ...{ id, threads, class: 'throughput', minThreads: null, wholeCores: true, mayCrossL3: 'rather not', pin: null },
  apartFrom: [],
  ...rest,
});
const declared = [
  workload('ml', 4),
  workload('video', 6),
  workload('free', 8, { class: 'reserve' }),
  workload('odd', 3, { wholeCores: false }),
];
const cores = [{ cpus: [0, 16] }, { cpus: [1] }];

test('budgets go by cores, by threads where half a core will do; what is left cannot be set', () => {
  const budgets = budgetsOf(declared, { video: 8 }, cores);
  expect(budgets.map(({ workload: { id }, threads, step }) => [id, threads, step])).toEqual([
    ['ml', 4, 2],
    ['video', 8, 2],
    ['odd', 3, 1],
  ]);
});

test('a step goes to the next whole core, and never below one or above the machine', () => {
  const [ml] = budgetsOf(declared, { ml: 5 }, cores) as [ReturnType<typeof budgetsOf>[number]];
  expect([stepped(ml, 1, 32), stepped(ml, -1, 32)]).toEqual([6, 4]);
  expect(stepped({ ...ml, threads: 2 }, -1, 32)).toBe(2);
  expect(stepped({ ...ml, threads: 32 }, 1, 32)).toBe(32);
  expect([
    shareOf({ ...ml, threads: 2 }, 32),
    shareOf({ ...ml, threads: 17 }, 32),
    shareOf({ ...ml, threads: 40 }, 32),
  ]).toEqual([0, 0.5, 1]);
});

test('going back to what is declared leaves nothing tried', () => {
  const tried = withBudget(declared, {}, 'video', 8);
  expect(tried).toEqual({ video: 8 });
  expect(withBudget(declared, tried, 'video', 6)).toEqual({});
});

test('what fits is tried without the reserve, which is what is left', () => {
  expect(whatFits(declared, { ml: 2, video: 6, free: 0, odd: 3 })).toEqual({ ml: 2 });
});
