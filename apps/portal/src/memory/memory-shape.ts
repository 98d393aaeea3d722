import type { Memory, MemoryShare } from '../api/types.ts';
import type { TriedValues } from '../changes/tried-values.ts';
import { type LimitKind, limitKinds } from './memory-address.ts';

/** One limit of a workload: what is declared, and what is tried in its place. */
export interface Limit {
  kind: LimitKind;
  key: string;
  declared: number | null;
  mb: number | null;
}

const declaredOf = ({ minMb, highMb, maxMb }: MemoryShare): Record<LimitKind, number | null> => ({
  memoryMinMb: minMb,
  memoryHighMb: highMb,
  memoryMaxMb: maxMb,
});

/** The limits of a workload, with what is tried. */
export function limitsOf(share: MemoryShare, tried: TriedValues): Limit[] {
  const declared = declaredOf(share);
  const isUnlimited = tried[highestOf(share.id)] === 0;
  return limitKinds.map((kind) => {
    const key = `${share.id}.${kind}`;
    return { kind, key, declared: declared[kind], mb: isUnlimited ? null : (tried[key] ?? declared[kind]) };
  });
}

const highestOf = (id: string) => `${id}.memoryMaxMb`;

/** What is tried with one limit more. A highest of 0 takes all limits of its workload away, and any other brings them back. */
export function withLimit(tried: TriedValues, key: string, mb: number): TriedValues {
  const id = key.split('.')[0] ?? '';
  const isOwn = (one: string) => one.startsWith(`${id}.`);
  const takesAway = key === highestOf(id) && mb === 0;
  const others = Object.entries(tried).filter(
    ([one, value]) => !(isOwn(one) && takesAway) && !(one === highestOf(id) && value === 0),
  );
  return { ...Object.fromEntries(others), [key]: mb };
}

/** Of what is tried only what differs from what is declared. */
export function onlyOtherLimits(shares: readonly MemoryShare[], tried: TriedValues): TriedValues {
  const others = shares.flatMap((share): [string, number][] => {
    if (tried[highestOf(share.id)] === 0) return share.maxMb === null ? [] : [[highestOf(share.id), 0]];
    return limitsOf(share, tried).flatMap(({ key, mb, declared }) => (mb !== null && mb !== declared ? [[key, mb]] : []));
  });
  return Object.fromEntries(others);
}

/** A part of the machine's memory in a drawing of all of it. */
export interface MemoryPart {
  id: string;
  kind: 'workload' | 'others' | 'free';
  mb: number;
}

/** Who takes how much of the machine now; undefined where the machine does not say how much it has. */
export function partsInUse({ machine: { totalMb, availableMb }, workloads }: Memory): MemoryPart[] | undefined {
  if (totalMb === null || totalMb === 0 || availableMb === null) return undefined;
  const known = workloads.flatMap(({ id, currentMb }) => (currentMb ? [{ id, kind: 'workload' as const, mb: currentMb }] : []));
  const sum = known.reduce((total, { mb }) => total + mb, 0);
  // Caches of files count for their slice and as available, so the two may overlap.
  const others = Math.max(0, totalMb - availableMb - sum);
  const free = Math.max(0, totalMb - sum - others);
  return [...known, { id: 'others', kind: 'others', mb: others }, { id: 'free', kind: 'free', mb: free }];
}

/** The end of the scale on which workloads are drawn: the machine, or the largest limit where the machine is not known. */
export function scaleOf({ machine: { totalMb }, workloads }: Memory, tried: TriedValues): number {
  const limits = workloads.flatMap((share) => limitsOf(share, tried).flatMap(({ mb }) => mb ?? []));
  const taken = workloads.flatMap(({ currentMb }) => currentMb ?? []);
  const largest = Math.max(1, ...limits, ...taken);
  return totalMb === null ? largest : Math.min(totalMb, largest * 1.05);
}

/** The guarantees of all, and how much more could be guaranteed; `leftMb` is negative where it is too much. */
export function guarantees({ machine: { totalMb, unguaranteedMb }, workloads }: Memory, tried: TriedValues) {
  const sumMb = workloads.reduce((sum, share) => sum + (limitsOf(share, tried)[0]?.mb ?? 0), 0);
  return { sumMb, leftMb: totalMb === null ? null : totalMb - unguaranteedMb - sumMb };
}
