import type { CpuLoad } from '#allocation';
import type { BoxSample } from '../http/telemetry.contract.ts';
import type { UsageCounters } from './control-group.ts';
import type { DiskCounters } from './disk-counters.ts';
import type { Pressures } from './pressure.ts';

type TierRoom = Pick<BoxSample['tiers'][number], 'name' | 'totalBytes' | 'freeBytes'> & { device: string | null };

/** What was seen at one instant: counters since some beginning, and what is so now. */
export interface Look {
  atMs: number;
  usage: ReadonlyMap<string, UsageCounters>;
  disks: ReadonlyMap<string, DiskCounters>;
  network: ReadonlyMap<string, { receivedBytes: number; sentBytes: number }>;
  /** Energy that the processor packages have used, in microjoules; null where it may not be read. */
  energyMicrojoules: number | null;
  now: {
    source: BoxSample['source'];
    pressure: Pressures;
    memory: BoxSample['memory'];
    tiers: readonly TierRoom[];
    temperatures: BoxSample['temperatures'];
    gpus: BoxSample['gpus'];
    powerProblem: string | null;
    gpuProblem: string | null;
  };
}

/** What happened between two looks. A counter that stepped back began anew: nothing is known of it then. */
export function sampleBetween(before: Look, after: Look, cpus: readonly CpuLoad[]): BoxSample {
  const seconds = (after.atMs - before.atMs) / 1000;
  const rate = (now: number | null | undefined, then: number | null | undefined) => {
    if (now === null || now === undefined || then === null || then === undefined || seconds <= 0 || now < then) return null;
    return (now - then) / seconds;
  };
  const watts = rate(after.energyMicrojoules, before.energyMicrojoules);
  const { source, pressure, memory, tiers, temperatures, gpus, powerProblem, gpuProblem } = after.now;
  return {
    at: new Date(after.atMs).toISOString(),
    seconds,
    source,
    cpus: cpus.map(({ cpu, percent }) => ({ cpu, busy: percent })),
    pressure,
    memory,
    slices: [...after.usage].map(([id, usage]) => sliceOf(id, usage, before.usage.get(id), rate)),
    tiers: tiers.map(({ device, ...tier }) => {
      const [now, then] = [after, before].map(({ disks }) => (device === null ? undefined : disks.get(device)));
      const busy = rate(now?.busyMs, then?.busyMs);
      return {
        ...tier,
        readBytesPerSecond: rounded(rate(now?.readBytes, then?.readBytes)),
        writeBytesPerSecond: rounded(rate(now?.writtenBytes, then?.writtenBytes)),
        busyPercent: busy === null ? null : rounded(Math.min(100, busy / 10)),
      };
    }),
    network: [...after.network].map(([name, now]) => ({
      name,
      receivedBytesPerSecond: rounded(rate(now.receivedBytes, before.network.get(name)?.receivedBytes)),
      sentBytesPerSecond: rounded(rate(now.sentBytes, before.network.get(name)?.sentBytes)),
    })),
    gpus,
    gpuProblem,
    temperatures,
    powerWatts: watts === null ? null : Math.round(watts / 100_000) / 10,
    powerProblem: watts === null ? (powerProblem ?? 'It is not known yet.') : null,
  };
}

type Rate = (now: number | null | undefined, then: number | null | undefined) => number | null;

function sliceOf(id: string, usage: UsageCounters, then: UsageCounters | undefined, rate: Rate): BoxSample['slices'][number] {
  const microseconds = rate(usage.cpuMicroseconds, then?.cpuMicroseconds);
  const waited = rate(usage.waitedMicroseconds, then?.waitedMicroseconds);
  return {
    id,
    cpuPercent: microseconds === null ? null : Math.round(microseconds / 1000) / 10,
    waitingPercent: waited === null ? null : Math.round(Math.min(1e6, waited) / 1000) / 10,
    memoryBytes: usage.memoryBytes,
    memoryLimits: usage.memoryLimits,
    ioReadBytesPerSecond: rounded(rate(usage.readBytes, then?.readBytes)),
    ioWriteBytesPerSecond: rounded(rate(usage.writtenBytes, then?.writtenBytes)),
    tasks: usage.tasks,
    memoryKills: usage.memoryKills,
    pressure: usage.pressure,
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
