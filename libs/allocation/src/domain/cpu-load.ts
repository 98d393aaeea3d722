/** Time of a CPU since boot, in ticks of the kernel. */
export interface CpuTimes {
  busy: number;
  total: number;
}

/** How busy a CPU is. */
export interface CpuLoad {
  cpu: number;
  /** 0..100; null where it was not seen twice, or no time went by. */
  percent: number | null;
}

/**
 * Reads the lines of CPUs in /proc/stat (proc_stat(5)). Waiting for a disk is no work, nor is what a hypervisor took away; time of guests is
 * already in that of users.
 */
export function parseCpuTimes(text: string): Map<number, CpuTimes> {
  const times = new Map<number, CpuTimes>();
  for (const line of text.split('\n')) {
    const [, cpu, rest] = /^cpu(\d+) (.+)$/.exec(line) ?? [];
    if (cpu === undefined || rest === undefined) continue;
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = rest
      .trim()
      .split(/ +/)
      .map(Number);
    const busy = user + nice + system + irq + softirq;
    times.set(Number(cpu), { busy, total: busy + idle + wait + steal });
  }
  return times;
}

/** What each CPU did between two looks, ascending. Counters may step back a little (time spent waiting does), so shares are kept within bounds. */
export function loadBetween(before: ReadonlyMap<number, CpuTimes>, after: ReadonlyMap<number, CpuTimes>): CpuLoad[] {
  return [...after]
    .sort(([a], [b]) => a - b)
    .map(([cpu, now]) => {
      const then = before.get(cpu);
      const span = then ? now.total - then.total : 0;
      if (!then || span <= 0) return { cpu, percent: null };
      const percent = (100 * (now.busy - then.busy)) / span;
      return { cpu, percent: Math.round(Math.min(100, Math.max(0, percent)) * 10) / 10 };
    });
}
