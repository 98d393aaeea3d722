import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCheckout, profileFolder, readManifest, settleFigures } from '#manifest';
import { describeMemory } from './describe-memory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const profiles = profileFolder(findCheckout());
const reference = settleFigures(readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles));

function machine(totalMb: number) {
  const paths = { meminfo: join(folder, 'meminfo'), cgroup: join(folder, 'cgroup') };
  writeFileSync(paths.meminfo, `MemTotal:       ${totalMb * 1024} kB\nMemFree:  1 kB\nMemAvailable:   2048000 kB\n`);
  return paths;
}

test('the reference box fits into its 128 GB', () => {
  const { machine: own, obstacles, workloads, liveProblem } = describeMemory(reference, machine(128_000));
  expect(own).toEqual({ totalMb: 128_000, availableMb: 2000, unguaranteedMb: 8192 });
  expect(obstacles).toEqual([]);
  expect(workloads.map(({ id }) => id)).toEqual(['os', 'postgresql', 'redis', 'api', 'ml', 'video', 'monitoring']);
  expect(liveProblem).toBe('No slices of the plan are in force on this machine.');
});

test('guarantees that reach into the 8 GB say how much is missing', () => {
  expect(describeMemory(reference, machine(32_000)).obstacles).toEqual([
    {
      workload: null,
      message: 'The guarantees add up to 48128 MB; the machine has 32000 MB, of which 8192 MB stay free of them.',
      needed: 48_128,
      available: 23_808,
    },
  ]);
});

test('what a slice takes and how often it met its limits is read from the kernel', () => {
  const paths = machine(128_000);
  const slice = join(paths.cgroup, 'holdfast.slice', 'holdfast-redis.slice');
  mkdirSync(slice, { recursive: true });
  writeFileSync(join(slice, 'memory.current'), `${300 * 1_048_576}\n`);
  writeFileSync(join(slice, 'memory.events'), 'low 0\nhigh 7\nmax 2\noom 1\noom_kill 1\noom_group_kill 0\n');
  const { workloads, liveProblem } = describeMemory(reference, paths);
  expect(liveProblem).toBeNull();
  expect(workloads.find(({ id }) => id === 'redis')).toMatchObject({
    minMb: 8192,
    maxMb: 10_240,
    currentMb: 300,
    events: { high: 7, max: 2, oomKill: 1 },
  });
});

test('a machine that tells nothing is no reason to fail', () => {
  const nowhere = { meminfo: join(folder, 'not-there'), cgroup: join(folder, 'not-there') };
  expect(describeMemory(reference, nowhere)).toMatchObject({ machine: { totalMb: null, availableMb: null }, obstacles: [] });
});

test('a budget that was changed since the start says what programs will be told when they start again', () => {
  const workloads = reference.workloads.map((workload) =>
    workload.id === 'redis' ? { ...workload, memory: { minMb: 1, highMb: 4000, maxMb: 5120 } } : workload,
  );
  const { settings, fromNextStart } = describeMemory({ ...reference, workloads }, machine(128_000));
  expect(settings.find(({ name }) => name === 'maxmemory')?.value).toBe(8192);
  expect(fromNextStart).toEqual([{ program: 'redis', name: 'maxmemory', unit: 'MB', workload: 'redis', from: 8192, to: 4096 }]);
});
