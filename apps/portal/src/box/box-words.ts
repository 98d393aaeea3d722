import type { CorePlan, Trial, Workload } from '../api/types.ts';
import { formatCounted } from '../lib/format.ts';

type Effect = Trial['better'][number];

/** What a class means, in a word or two. */
export const classWords: Record<Workload['class'], string> = {
  system: 'operating system',
  latency: 'somebody waits for it',
  throughput: 'much work, nobody waits',
  noisy: 'disturbs its neighbours',
  background: 'may wait',
  reserve: 'kept free',
};

const partWords: Record<Effect['part'], string> = {
  crossings: 'L3 borders within workloads',
  nodeCrossings: 'NUMA borders within workloads',
  apartViolations: 'Pairs that were to be apart, side by side',
  noisyBesideLatency: 'Noisy beside latency-sensitive workloads',
  movedCpus: 'CPUs that change hands',
  allowedCrossings: 'L3 borders within workloads that may have them',
  wrongKind: 'Threads on cores of the other kind',
  latencyBesideOthers: 'Latency-sensitive beside other workloads',
  latencyOnLesserDomain: 'Latency-sensitive threads off the best L3 domain',
  brokenReserve: 'Cores missing to the largest free block',
};

/** `Noisy beside latency-sensitive workloads: 0 → 1`. */
export function effectInWords({ part, before, after }: Effect): string {
  return `${partWords[part]}: ${before} → ${after}`;
}

/** What is wrong with a plan, the worst first; none is what one wants. */
export function flawsOf({ score }: Pick<CorePlan, 'score'>): string[] {
  const grave = ['crossings', 'nodeCrossings', 'apartViolations', 'noisyBesideLatency', 'wrongKind'] as const;
  return grave.filter((part) => (score[part] ?? 0) > 0).map((part) => `${partWords[part]}: ${score[part]}`);
}

/** CPUs as the kernel writes them, with a dash that reads well: `8–10, 24–26`. */
export function cpusInWords(cpus: readonly number[]): string {
  const sorted = [...cpus].sort((a, b) => a - b);
  const starts = sorted.filter((cpu, index) => index === 0 || cpu !== (sorted[index - 1] as number) + 1);
  return starts
    .map((start) => {
      let end = start;
      while (sorted.includes(end + 1)) end += 1;
      return start === end ? `${start}` : `${start}–${end}`;
    })
    .join(', ');
}

/** One workload's change: `gets CPU 14, 30 and keeps the rest`. */
export function changeInWords({ gained, lost }: CorePlan['changes'][number], had: number): string {
  if (had === 0) return `gets CPU ${cpusInWords(gained)}`;
  if (lost.length === 0) return `gets CPU ${cpusInWords(gained)} and keeps what it has`;
  if (gained.length === 0) return `gives CPU ${cpusInWords(lost)} back`;
  return `moves from CPU ${cpusInWords(lost)} to ${cpusInWords(gained)}`;
}

/** Who moves, in a sentence for the whole: what a reader hears first. */
export function outcomeInWords({ changes }: Pick<CorePlan, 'changes'>): string {
  const moving = changes.filter(({ gained, lost }) => gained.length > 0 && lost.length > 0);
  if (changes.length === 0) return 'Nobody gets other CPUs.';
  const others = changes.length - moving.length;
  const movers = moving.length === 0 ? 'Nobody moves' : `${formatCounted(moving.length, 'workload')} would move`;
  return others === 0 ? `${movers}.` : `${movers}; ${formatCounted(others, 'workload')} would grow or shrink.`;
}

/** `32 MiB`; nothing where the machine does not say. */
export function cacheSize(bytes: number): string | undefined {
  return bytes > 0 ? `${Math.round(bytes / 1_048_576)} MiB` : undefined;
}
