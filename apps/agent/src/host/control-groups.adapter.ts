import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GroupLimits, parseCpuList } from '#allocation';
import type { HostGroup, HostThread } from './host.ts';

type Seen = Pick<HostGroup, 'effective' | 'below' | 'kernelLimits' | 'heldBytes'>;

/** The kernel's side of groups, read from the file system of control groups (cgroup-v2.rst). */
export class ControlGroups {
  private readonly root: string;
  private readonly processes: string;
  private turns = 0;

  constructor(root: string, processes: string) {
    this.root = root;
    this.processes = processes;
  }

  /** A group by its path from the root of groups, as systemd tells it; empty: nothing of it runs. */
  see(group: string): Seen {
    const folder = join(this.root, group);
    if (group === '' || !existsSync(folder)) return { effective: null, below: [], kernelLimits: {}, heldBytes: 0 };
    const below = foldersBelow(folder).flatMap(readCpus);
    return {
      effective: readCpus(folder),
      below: [...new Set(below)].sort((a, b) => a - b),
      kernelLimits: readLimits(folder),
      heldBytes: heldBytes(folder),
    };
  }

  /** Groups of the first level, and below `holdfast.slice`, beside those known, in which something runs. */
  foreign(known: readonly string[]): { name: string; effective: number[] }[] {
    const levels = [this.root, join(this.root, 'holdfast.slice')];
    return levels.flatMap((level) =>
      childrenOf(level)
        .filter((name) => !known.includes(name) && isPopulated(join(level, name)))
        .map((name) => ({ name, effective: readCpus(join(level, name)) })),
    );
  }

  /** Threads of groups by name and path; where there are more than may be looked at, others each time. */
  threads(groups: readonly { name: string; path: string }[], most: number): { seen: HostThread[]; of: number } {
    const all = groups
      .filter(({ path }) => path !== '')
      .flatMap(({ name, path }) => {
        const folder = join(this.root, path);
        return [folder, ...foldersBelow(folder)].flatMap(readThreads).map((id) => ({ id, group: name }));
      });
    this.turns += 1;
    const step = Math.max(1, Math.ceil(all.length / most));
    const chosen = all.filter((_, index) => index % step === this.turns % step);
    return { seen: chosen.flatMap(({ id, group }) => this.seeThread(id, group)), of: all.length };
  }

  private seeThread(id: number, group: string): HostThread[] {
    const text = read(join(this.processes, `${id}`, 'status'));
    const allowed = /^Cpus_allowed_list:\s*(\S*)$/m.exec(text)?.[1];
    if (allowed === undefined) return [];
    const name = /^Name:\s*(.*)$/m.exec(text)?.[1] ?? '';
    return [{ id, name: name.slice(0, 40), group, allowed: parseCpuList(allowed) }];
  }
}

function childrenOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function foldersBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Empty where there is none: a controller may be off (systemd #38310), a group may just have gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function readCpus(folder: string): number[] {
  return parseCpuList(read(join(folder, 'cpuset.cpus.effective')));
}

function readThreads(folder: string): number[] {
  return read(join(folder, 'cgroup.threads'))
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number);
}

function isPopulated(folder: string): boolean {
  return /^populated 1$/m.test(read(join(folder, 'cgroup.events')));
}

function readLimits(folder: string): Partial<GroupLimits> {
  const files = { memoryMin: 'memory.min', memoryHigh: 'memory.high', memoryMax: 'memory.max', cpuWeight: 'cpu.weight' };
  const told = Object.entries(files).flatMap(([key, file]) => {
    const text = read(join(folder, file));
    if (text === 'max') return [[key, key === 'memoryMin' ? Number.MAX_SAFE_INTEGER : null]];
    return /^\d+$/.test(text) ? [[key, Number(text)]] : [];
  });
  return Object.fromEntries(told);
}

function heldBytes(folder: string): number {
  const text = read(join(folder, 'memory.stat'));
  return ['anon', 'shmem'].reduce((sum, key) => sum + Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0), 0);
}
