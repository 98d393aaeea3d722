import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sliceName } from '#allocation';
import type { Appliance } from '#manifest';
import { isRunning, readLiveState } from '#supervisor';
import type { BoxPaths } from '../box-paths.ts';
import { groupFiles, parseGroup, type UsageCounters } from '../domain/control-group.ts';
import { type ProcessUsage, parseProcess, processTree, treeMemoryPages } from '../domain/process-usage.ts';
import { readText, readTexts } from '../hardware/read-text.adapter.ts';

const microsecondsPerTick = 10_000;
const pageBytes = 4096;
/** The supervisor's name for what is a workload of another name everywhere else. */
const workloadNames: Readonly<Record<string, string>> = { postgres: 'postgresql' };

/** Who used what: slices where systemd has made them, else the services that the supervisor keeps alive. */
export interface SeenUsage {
  source: 'slice' | 'processes';
  usage: Map<string, UsageCounters>;
}

/** Reads the counters of all that share the machine. */
export async function readUsage(paths: BoxPaths, appliance: Appliance): Promise<SeenUsage> {
  const slices = await readSlices(paths, appliance);
  return slices.size > 0
    ? { source: 'slice', usage: slices }
    : { source: 'processes', usage: await readServices(paths, appliance) };
}

/** Slices of workloads lie below `holdfast.slice`; what nobody declared is the system's. */
async function readSlices({ groups }: BoxPaths, { workloads }: Appliance): Promise<Map<string, UsageCounters>> {
  const declared = workloads.filter((workload) => workload.class !== 'reserve');
  const seen = await Promise.all(
    declared.map(async (workload) => {
      const place = workload.class === 'system' ? 'system.slice' : join('holdfast.slice', sliceName(workload.id));
      const files = await readTexts(join(groups, place), groupFiles);
      return files['cpu.stat'] === null ? [] : [[workload, parseGroup(files)] as const];
    }),
  );
  const found = seen.flat();
  // Every machine with systemd has a system.slice: it alone makes none of ours.
  if (!found.some(([workload]) => workload.class !== 'system')) return new Map();
  return new Map(found.map(([{ id }, usage]) => [id, usage]));
}

async function readServices({ proc }: BoxPaths, appliance: Appliance): Promise<Map<string, UsageCounters>> {
  const services = readLiveState(appliance)?.services ?? [];
  const running = services.flatMap(({ name, identity }) =>
    identity && isRunning(identity) ? [{ name, pid: identity.pid }] : [],
  );
  if (running.length === 0) return new Map();
  const processes = await readProcesses(proc);
  const usages = await Promise.all(
    running.map(
      async ({ name, pid }) => [workloadNames[name] ?? name, await usageOf(proc, processTree(pid, processes))] as const,
    ),
  );
  return new Map(usages);
}

async function readProcesses(proc: string): Promise<Map<number, ProcessUsage>> {
  const names = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(names.map(async (name) => parseProcess((await readText(join(proc, name, 'stat'))) ?? '')));
  return new Map(seen.flatMap((one) => (one ? [[one.pid, one]] : [])));
}

async function usageOf(proc: string, tree: readonly ProcessUsage[]): Promise<UsageCounters> {
  const statms = await Promise.all(tree.map(({ pid }) => readText(join(proc, String(pid), 'statm'))));
  const io = await Promise.all(tree.map(({ pid }) => readFile(join(proc, String(pid), 'io'), 'utf8').catch(() => null)));
  const sum = (name: string) => {
    const counts = io.flatMap((text) => new RegExp(`^${name}: (\\d+)$`, 'm').exec(text ?? '')?.[1] ?? []);
    return counts.length > 0 ? counts.reduce((total, one) => total + Number(one), 0) : null;
  };
  return {
    cpuMicroseconds: tree.reduce((total, { ticks }) => total + ticks, 0) * microsecondsPerTick,
    waitedMicroseconds: null,
    memoryBytes: treeMemoryPages(statms.filter((text) => text !== null)) * pageBytes,
    memoryLimits: null,
    readBytes: sum('read_bytes'),
    writtenBytes: sum('write_bytes'),
    tasks: tree.reduce((total, { tasks }) => total + tasks, 0),
    memoryKills: null,
    pressure: null,
  };
}
