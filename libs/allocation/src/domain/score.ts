/** What is wrong with a plan, the worst first; the least is best, compared in this order. */
export const scoreParts = [
  /** L3 borders within workloads that should not have any. */
  'crossings',
  /** NUMA borders within workloads. */
  'nodeCrossings',
  /** Pairs in one domain that were declared to be apart. */
  'apartViolations',
  /** Pairs of a noisy and a latency-sensitive workload in one domain. */
  'noisyBesideLatency',
  /** CPUs that a workload gets and did not have. */
  'movedCpus',
  /** L3 borders within workloads that may have them. */
  'allowedCrossings',
  /** Latency-sensitive threads on efficiency cores, and background threads on performance cores where there are both. */
  'wrongKind',
  /** Pairs of a latency-sensitive and any other workload (not the system) in one domain. */
  'latencyBesideOthers',
  /** Threads of latency-sensitive workloads times the place of their domain among all, from large and fast to small and slow. */
  'latencyOnLesserDomain',
  /** Cores missing to the largest block of free cores in one domain: the reserve should be able to take a whole workload. */
  'brokenReserve',
] as const;
export type ScorePart = (typeof scoreParts)[number];
export type Score = Record<ScorePart, number>;

/** A score while it is reckoned: its parts in order. */
export type ScoreVector = number[];

export function emptyScore(): ScoreVector {
  return scoreParts.map(() => 0);
}

export const partIndex = Object.fromEntries(scoreParts.map((part, index) => [part, index])) as Record<ScorePart, number>;

/** Negative where the first is better. */
export function compareScores(one: ScoreVector, other: ScoreVector): number {
  for (let index = 0; index < one.length; index += 1) {
    const difference = (one[index] as number) - (other[index] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function asScore(vector: ScoreVector): Score {
  return Object.fromEntries(scoreParts.map((part, index) => [part, vector[index]])) as Score;
}
