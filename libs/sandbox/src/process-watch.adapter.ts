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
}

const watches = new Set<Watch>();
let timer: NodeJS.Timeout | undefined;

/** Watches a process family until stopped; tells its highest resident memory in bytes seen so far. */
export function watchProcess(watched: Watched): { stop(): void; maxRssBytes(): number } {
  const watch: Watch = { ...watched, maxRssBytes: 0 };
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
