import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const INTERVAL_MILLISECONDS = 100;

/** What one started sandbox may hold, checked ten times a second because no kernel limit covers a family of processes. */
export interface Watched {
  pid: number;
  memoryBytes: number;
  outputBytes: number;
  /** Folder that the sandbox writes, if it has one. */
  outputFolder?: string | undefined;
  breach: (limit: 'memory' | 'output-limit') => void;
}

interface Watch extends Watched {
  maxRssBytes: number;
  cpuMs: number;
}

const watches = new Set<Watch>();
let timer: NodeJS.Timeout | undefined;

export interface ProcessWatch {
  stop(): void;
  /** Highest resident memory seen so far, in bytes. */
  maxRssBytes(): number;
  /** Processor time of the family up to now in milliseconds, members that ended included; after its end what was seen last. */
  cpuMs(): number;
}

/** Watches a process family until stopped. */
export function watchProcess(watched: Watched): ProcessWatch {
  const watch: Watch = { ...watched, maxRssBytes: 0, cpuMs: 0 };
  watches.add(watch);
  timer ??= setInterval(checkAll, INTERVAL_MILLISECONDS).unref();
  return {
    stop: () => {
      watches.delete(watch);
      if (watches.size > 0 || timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
    },
    maxRssBytes: () => watch.maxRssBytes,
    cpuMs: () => {
      watch.cpuMs = Math.max(watch.cpuMs, spentBy(familyOf(watch.pid)));
      return watch.cpuMs;
    },
  };
}

function checkAll(): void {
  for (const watch of watches) {
    const rss = familyOf(watch.pid).reduce((sum, pid) => sum + residentBytes(pid), 0);
    watch.maxRssBytes = Math.max(watch.maxRssBytes, rss);
    if (rss > watch.memoryBytes) watch.breach('memory');
    else if (watch.outputFolder && folderBytes(watch.outputFolder) > watch.outputBytes) watch.breach('output-limit');
  }
}

function familyOf(pid: number): number[] {
  const family = [pid];
  for (let index = 0; index < family.length; index++) family.push(...childrenOf(family[index] as number));
  return family;
}

function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  return list(tasks).flatMap((task) => read(`${tasks}/${task}/children`).split(' ').filter(Boolean).map(Number));
}

/** Memory that is this process's own: the file pages that it maps are shared with others. */
function residentBytes(pid: number): number {
  let kibibytes = 0;
  for (const [, value] of read(`/proc/${pid}/status`).matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)) kibibytes += Number(value);
  return kibibytes * 1024;
}

// Linux tells processes in hundredths of a second, whatever the kernel's own clock (man 5 proc, CLK_TCK).
const TICK_MILLISECONDS = 10;

/** Processor time of processes and of their children that have ended. */
function spentBy(family: number[]): number {
  return family.reduce((sum, pid) => {
    // The name in parentheses may hold anything; after it the 12th to 15th value are user, system, and both of the children.
    const stat = read(`/proc/${pid}/stat`);
    const values = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return sum + values.reduce((ticks, value) => ticks + (value || 0), 0) * TICK_MILLISECONDS;
  }, 0);
}

/** Bytes on disk of the files directly in a folder and in its folders. */
export function folderBytes(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sum + folderBytes(path);
      return entry.isFile() ? sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0) : sum;
    }, 0);
  } catch {
    return 0;
  }
}

// Processes come and go between two reads: what is gone has no children and no memory.
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
