import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layOutSysfs, type SysfsMachineName, sysfsMachines } from '../../testing/src/sysfs-tree.ts';
import { planCores } from './domain/plan-cores.ts';
import { onlineCpus, topologyHash } from './domain/topology.ts';
import { readTopology } from './topology-reader.adapter.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sysfs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function topologyOf(machine: SysfsMachineName) {
  layOutSysfs(folder, sysfsMachines[machine]);
  return readTopology(folder);
}

test.each<[SysfsMachineName, { cpus: number; cores: number; domains: number[]; nodes: number }]>([
  ['7950x', { cpus: 32, cores: 16, domains: [0, 8], nodes: 1 }],
  ['7950x3d', { cpus: 32, cores: 16, domains: [0, 8], nodes: 1 }],
  ['epyc-two-socket', { cpus: 256, cores: 128, domains: Array.from({ length: 16 }, (_, index) => index * 8), nodes: 2 }],
  ['hybrid-intel', { cpus: 32, cores: 24, domains: [0], nodes: 1 }],
  ['7950x-smt-off', { cpus: 16, cores: 16, domains: [0, 8], nodes: 1 }],
  ['7950x-offline', { cpus: 29, cores: 16, domains: [0, 8], nodes: 1 }],
  ['two-core-vm', { cpus: 2, cores: 2, domains: [0], nodes: 1 }],
])('%s is read as it is', (machine, expected) => {
  const topology = topologyOf(machine);
  expect({
    cpus: onlineCpus(topology).length,
    cores: topology.cores.length,
    domains: topology.domains.map(({ id }) => id),
    nodes: new Set(topology.cores.map(({ node }) => node)).size,
  }).toEqual(expected);
});

test('siblings, sizes of caches and what is offline come from the kernel, not from arithmetic', () => {
  const topology = topologyOf('7950x-offline');
  expect(topology.offline).toEqual([3, 20, 27]);
  expect(topology.cores.map(({ cpus }) => cpus)).toEqual(expect.arrayContaining([[19], [4], [11], [0, 16]]));
  const [large, small] = topologyOf('7950x3d').domains;
  expect([large?.bytes, small?.bytes]).toEqual([100_663_296, 33_554_432]);
});

test('cores of two kinds are told apart', () => {
  const { cores } = topologyOf('hybrid-intel');
  expect(cores.filter(({ kind }) => kind === 'efficiency').map(({ cpus }) => cpus)).toEqual(
    Array.from({ length: 16 }, (_, core) => [16 + core]),
  );
});

test('ranks, which change while the machine runs, are read and give no other machine', () => {
  const before = topologyOf('7950x3d');
  writeFileSync(join(folder, 'devices/system/cpu/cpu3/cpufreq/amd_pstate_prefcore_ranking'), '255\n');
  const after = readTopology(folder);
  expect(after.cores[3]?.rank).toBe(255);
  expect(topologyHash(after)).toBe(topologyHash(before));
});

test('this machine can be read, and planned for', () => {
  const topology = readTopology();
  const [first] = topology.cores;
  const plan = planCores({ topology, budgets: [{ id: 'os', class: 'system', threads: first?.cpus.length ?? 1 }] });
  expect(plan).toMatchObject({ feasible: true, assignments: { os: expect.arrayContaining([first?.id]) } });
});

test.each([
  ['no such folder', () => {}],
  [
    'a list that is none',
    () => {
      mkdirSync(join(folder, 'devices/system/cpu'), { recursive: true });
      writeFileSync(join(folder, 'devices/system/cpu/online'), 'all of them\n');
    },
  ],
  [
    'a CPU that is not its own sibling',
    () => {
      layOutSysfs(folder, sysfsMachines['7950x']);
      writeFileSync(join(folder, 'devices/system/cpu/cpu3/topology/core_cpus_list'), '4,20\n');
    },
  ],
])('%s is refused', (_, prepare) => {
  prepare();
  expect(() => readTopology(folder)).toThrow(expect.objectContaining({ code: 'CORES_TOPOLOGY_UNREADABLE' }));
});
