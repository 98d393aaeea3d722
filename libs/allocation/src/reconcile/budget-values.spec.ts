import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WorkloadSettings } from '#manifest';
import { assignmentsOf, budgetNames, numberOf, valuesOf, withValues } from './budget-values.ts';

const declared: WorkloadSettings[] = [
  { id: 'os', class: 'system', threads: 2 },
  { id: 'video', class: 'noisy', threads: 6, memory: { minMb: 1, highMb: 2, maxMb: 3 } },
  { id: 'ml', class: 'throughput', threads: 4 },
  { id: 'reserve', class: 'reserve', threads: 8 },
];
const threadsOf = (workloads: readonly WorkloadSettings[]) => workloads.reduce((sum, { threads }) => sum + threads, 0);
const wishes = fc.dictionary(
  fc.tuple(fc.constantFrom('os', 'video', 'ml'), fc.constantFrom(...budgetNames)).map((parts) => parts.join('.')),
  fc.integer({ min: 1, max: 6 }),
  { maxKeys: 5 },
);

it('gives each workload the numbers that were asked for, and nobody else others', () => {
  fc.assert(
    fc.property(wishes, (values) => {
      const after = valuesOf(withValues(declared, values));
      for (const [name, value] of Object.entries(values)) expect(after[name]).toBe(value);
      // Who had no limits has a highest with the first of them.
      for (const [name, value] of Object.entries(valuesOf(declared)))
        if (values[name] === undefined && name !== 'reserve.threads' && value !== 0) expect(after[name]).toBe(value);
    }),
  );
});

it('takes threads out of the reserve, and gives them back to it', () => {
  fc.assert(
    fc.property(wishes, (values) => {
      const after = withValues(declared, values);
      const reserve = after.find(({ id }) => id === 'reserve');
      if ((reserve?.threads ?? 0) > 0) expect(threadsOf(after)).toBe(threadsOf(declared));
    }),
  );
  expect(withValues(declared, { 'video.threads': 8, 'reserve.threads': 8 }).at(-1)?.threads).toBe(8);
});

it('writes what was asked for in the words of the manifest; a workload without memory gets its limits at once', () => {
  expect(assignmentsOf(declared, { 'video.threads': 8, 'video.memoryMaxMb': 9 }).set).toEqual([
    { path: ['workloads', 'video', 'threads'], value: 8 },
    { path: ['workloads', 'video', 'memory', 'maxMb'], value: 9 },
  ]);
  expect(assignmentsOf(declared, { 'ml.memoryMinMb': 1, 'ml.memoryHighMb': 2, 'ml.memoryMaxMb': 3 }).set).toEqual([
    { path: ['workloads', 'ml', 'memory'], value: { minMb: 1, highMb: 2, maxMb: 3 } },
  ]);
});

it('takes all limits of memory away where the highest is 0, and comes back to them as to having none', () => {
  const none = withValues(declared, { 'video.memoryMaxMb': 0 });
  expect(none.find(({ id }) => id === 'video')).toEqual({ id: 'video', class: 'noisy', threads: 6 });
  expect(assignmentsOf(declared, { 'video.memoryMaxMb': 0, 'video.threads': 7 })).toEqual({
    set: [{ path: ['workloads', 'video', 'threads'], value: 7 }],
    unset: ['workloads.video.memory'],
  });
  expect(assignmentsOf(none, { 'video.memoryMaxMb': 0 })).toEqual({ set: [], unset: [] });
  expect(valuesOf(none)['video.memoryMaxMb']).toBe(0);
  for (const [from, to] of [
    [declared, none],
    [none, declared],
  ] as const)
    expect(valuesOf(withValues(from, valuesOf(to)))).toEqual(valuesOf(to));
  expect(() => withValues(declared, { 'video.memoryMaxMb': 0, 'video.memoryMinMb': 4 })).toThrow('memoryMaxMb is 0');
});

it('has weights of a hundred where nothing is declared, and no memory', () => {
  const [os] = declared;
  if (!os) throw new Error('Nothing is declared.');
  expect([numberOf(os, 'cpuWeight'), numberOf(os, 'memoryMinMb')]).toEqual([100, undefined]);
});

it.each([
  ['cinema.threads', 2],
  ['video.pin', 2],
  ['video', 2],
  ['video.cpuWeight', 0],
  ['os.threads', 1.5],
])('refuses %s = %d', (name, value) => {
  expect(() => withValues(declared, { [name]: value })).toThrow(expect.objectContaining({ code: 'RECONCILE_VALUE_UNKNOWN' }));
});
