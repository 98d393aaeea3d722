/** A process as /proc shows it. Times are in ticks of a hundredth of a second, those of children that have ended and were waited for included. */
export interface ProcessUsage {
  pid: number;
  parent: number;
  ticks: number;
  tasks: number;
}

/** Reads /proc/PID/stat (proc_pid_stat(5)); the name may hold anything, also brackets. undefined where it is none. */
export function parseProcess(text: string): ProcessUsage | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const pid = Number.parseInt(text, 10);
  const number = (index: number) => Number(fields[index]);
  // Fields from the third on: state, ppid, …; 14 to 17 are utime, stime, cutime, cstime, 20 is the number of threads.
  const ticks = number(11) + number(12) + number(13) + number(14);
  if (!Number.isInteger(pid) || fields.length < 18 || Number.isNaN(ticks)) return undefined;
  return { pid, parent: number(1), ticks, tasks: number(17) };
}

/** A process and all below it. */
export function processTree(root: number, processes: ReadonlyMap<number, ProcessUsage>): ProcessUsage[] {
  const children = new Map<number, ProcessUsage[]>();
  for (const one of processes.values()) children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
  const first = processes.get(root);
  const found = first ? [first] : [];
  for (const one of found) found.push(...(children.get(one.pid) ?? []));
  return found;
}

/**
 * Memory of a tree from each process' statm in pages: what each has for itself, and the largest shared part once. The kernel's own fair share (PSS)
 * costs it milliseconds a process, too much for every second.
 */
export function treeMemoryPages(statms: readonly string[]): number {
  const pages = statms.map((text) => text.split(' ').map(Number));
  const own = pages.reduce((sum, [, resident = 0, shared = 0]) => sum + Math.max(0, resident - shared), 0);
  return own + Math.max(0, ...pages.map(([, , shared = 0]) => shared));
}
