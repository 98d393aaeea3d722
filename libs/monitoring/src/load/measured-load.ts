import type { SliceLoad, SliceMinute } from '#allocation';
import type { SliceLoadRepository } from './slice-load.repository.ts';

/** How long minutes are kept. */
export const measuredDays = 35;

/** What each workload's slice did, minute by minute, as proposals read it. */
export async function measuredLoad(repository: SliceLoadRepository, until: Date): Promise<SliceLoad> {
  const from = new Date(until.getTime() - measuredDays * 86_400_000);
  const load = new Map<string, SliceMinute[]>();
  for (const { slice, atMs, cpuPercent, pressurePercent } of await repository.minutes(from, until)) {
    const minutes = load.get(slice) ?? [];
    minutes.push({ atMs, busy: cpuPercent / 100, pressure: pressurePercent === null ? null : pressurePercent / 100 });
    load.set(slice, minutes);
  }
  return load;
}
