import type { BoxSample } from '../http/telemetry.contract.ts';

/** What a slice did in a minute. */
export interface SliceMinute {
  slice: string;
  at: Date;
  /** Mean over the measured seconds, and the busiest fifteen seconds; 100 is one CPU. */
  cpuPercent: number;
  peakPercent: number;
  /** The most it had; null where nobody knows. */
  memoryBytes: number | null;
  /** Share of the minute in which some of it waited for a CPU; null where nobody knows. */
  pressurePercent: number | null;
  seconds: number;
}

type Slice = BoxSample['slices'][number];

interface Sum {
  work: number;
  seconds: number;
  peak: number;
  memory: number | null;
  waited: number | null;
  /** The part of a quarter of a minute that is not full yet. */
  quarter: { work: number; seconds: number };
}

const minuteMs = 60_000;
const quarterSeconds = 15;

/** Sums samples up to minutes, whatever their distance. A minute is told once a sample of a later one comes. */
export class MinuteSums {
  private minute = 0;
  private readonly sums = new Map<string, Sum>();

  /** Takes a sample; answers the minutes that it ends. */
  add(sample: Pick<BoxSample, 'at' | 'seconds' | 'slices'>): SliceMinute[] {
    const minute = Math.floor(Date.parse(sample.at) / minuteMs);
    const ended = minute === this.minute ? [] : this.end();
    this.minute = minute;
    for (const slice of sample.slices) if (slice.cpuPercent !== null) this.addTo(slice, slice.cpuPercent, sample.seconds);
    return ended;
  }

  private addTo({ id, memoryBytes, waitingPercent }: Slice, percent: number, seconds: number): void {
    const none = { work: 0, seconds: 0, peak: 0, memory: null, waited: null, quarter: { work: 0, seconds: 0 } };
    const sum: Sum = this.sums.get(id) ?? none;
    this.sums.set(id, sum);
    sum.work += percent * seconds;
    sum.seconds += seconds;
    if (memoryBytes !== null) sum.memory = Math.max(sum.memory ?? 0, memoryBytes);
    if (waitingPercent !== null) sum.waited = (sum.waited ?? 0) + waitingPercent * seconds;
    sum.quarter.work += percent * seconds;
    sum.quarter.seconds += seconds;
    if (sum.quarter.seconds < quarterSeconds - 1) return;
    sum.peak = Math.max(sum.peak, sum.quarter.work / sum.quarter.seconds);
    sum.quarter = { work: 0, seconds: 0 };
  }

  private end(): SliceMinute[] {
    const at = new Date(this.minute * minuteMs);
    const minutes = [...this.sums].map(([slice, { work, seconds, peak, memory, waited }]) => {
      const cpuPercent = work / seconds;
      const pressurePercent = waited === null ? null : waited / seconds;
      return { slice, at, cpuPercent, peakPercent: Math.max(peak, cpuPercent), memoryBytes: memory, pressurePercent, seconds };
    });
    this.sums.clear();
    return minutes;
  }
}
