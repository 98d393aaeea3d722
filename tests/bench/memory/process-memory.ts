import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

const kinds: [string, RegExp][] = [
  ['api', /apps\/api\//],
  ['worker', /apps\/worker\//],
  ['supervisor', /apps\/cli\//],
  ['models', /inference/],
  ['parsers', /parser|picture-scaler|bwrap/],
  ['PostgreSQL', /postgres/],
  ['Redis', /redis/],
];

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}

function processes(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((name) => ({
    pid: Number(name),
    parent: Number(read(`/proc/${name}/stat`).split(') ')[1]?.split(' ')[1]),
    command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' '),
  }));
}

/** Megabytes that a process costs: shared pages count by the part that is its own (proc_pid_smaps(5), Pss). */
function megabytes(pid: number): number {
  const kilobytes =
    /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`));
  return Number(kilobytes?.[1] ?? 0) / 1024;
}

/** Memory of a process and all that it started, in megabytes by kind of process. */
export function memoryOf(root: number): Map<string, number> {
  const all = processes();
  const family = new Set([root]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const sums = new Map<string, number>();
  for (const { pid, command } of all) {
    if (!family.has(pid)) continue;
    const kind = kinds.find(([, pattern]) => pattern.test(command))?.[0] ?? 'tools';
    sums.set(kind, (sums.get(kind) ?? 0) + megabytes(pid));
  }
  return sums;
}

/** The process that was started with these words in its command line and in whose environment stands `home`. */
export function findProcess(words: RegExp, home: string): number {
  const found = processes().find(
    ({ pid, command }) => words.test(command) && read(`/proc/${pid}/environ`).includes(`HOLDFAST_HOME=${home}`),
  );
  if (!found) throw new Error(`No process of ${home} fits ${words}.`);
  return found.pid;
}
