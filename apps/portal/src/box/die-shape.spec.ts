import { expect, test } from 'vitest';
import type { MachineCore } from '../api/types.ts';
import { dieShape, loadsOf, meanLoad, ownersOf } from './die-shape.ts';

const core = (id: number, domain: number): MachineCore => ({ id, cpus: [id, id + 16], domain, node: 0, kind: 'performance' });
const machine = (count: number) => ({
  cores: Array.from({ length: count }, (_, id) => core(id, id < 8 ? 0 : 8)),
  domains: [
    { id: 0, bytes: 33_554_432, node: 0 },
    { id: 8, bytes: 33_554_432, node: 1 },
  ],
  isolated: [],
  offline: [],
});

test('half of the cores stand above their cache and half below, by node', () => {
  const [first, second] = dieShape(machine(13));
  expect(first?.domains[0]).toMatchObject({ columns: 4 });
  expect(first?.domains[0]?.below.map(({ id }) => id)).toEqual([4, 5, 6, 7]);
  expect([second?.node, second?.domains[0]?.above.length, second?.domains[0]?.below.length]).toEqual([1, 3, 2]);
});

test('two cores stand in one row', () => {
  const [only] = dieShape(machine(2));
  expect(only?.domains[0]).toMatchObject({ columns: 2, below: [] });
});

test('the load of a domain is that of its CPUs that are known', () => {
  const loads = loadsOf({
    cpus: [
      { cpu: 0, percent: 40 },
      { cpu: 1, percent: null },
      { cpu: 2, percent: 20 },
    ],
  });
  expect(meanLoad([0, 1, 2], loads)).toBe(30);
  expect(meanLoad([1], loads)).toBeUndefined();
  expect(ownersOf({ os: [0, 16] }).get(16)).toBe('os');
});
