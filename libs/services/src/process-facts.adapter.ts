import { readdirSync, readFileSync, statSync } from 'node:fs';
import { findOsUser } from '#supervisor';

/** Clock ticks of /proc are hundredths of a second on every Linux there is (sysconf(_SC_CLK_TCK)). */
const microsecondsPerTick = 10_000;

interface Process {
  parent: number;
  ticks: number;
}

/** What runs on the machine, from one reading of /proc. */
export class ProcessTable {
  private readonly processes = new Map<number, Process>();
  private readonly children = new Map<number, number[]>();

  constructor() {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const found = readProcess(Number(name));
      if (!found) continue;
      this.processes.set(Number(name), found);
      this.children.set(found.parent, [...(this.children.get(found.parent) ?? []), Number(name)]);
    }
  }

  /** CPU time of a process, of what it started, and of what it has waited for. */
  cpuMicroseconds(pid: number): number | null {
    const own = this.processes.get(pid);
    if (!own) return null;
    const below = (this.children.get(pid) ?? []).map((child) => this.cpuMicroseconds(child) ?? 0);
    return below.reduce((sum, one) => sum + one, own.ticks * microsecondsPerTick);
  }
}

/** CPUs that a process may run on, as the kernel writes them; null once it has gone. */
export function allowedCpus(pid: number): string | null {
  try {
    return /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The account that a process runs as; null once it has gone. */
export function accountOf(pid: number): string | null {
  const uid = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  return uid === undefined ? null : (findOsUser(String(uid))?.name ?? String(uid));
}

/** Fields 4 (parent) and 14 to 17 (its own time and that of children it has waited for) of proc_pid_stat(5). */
function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    // It has just ended.
    return undefined;
  }
}
