import type { DeclaredGpu } from '../api/types.ts';
import type { TriedValues } from '../changes/tried-values.ts';
import { type ShareKind, shareKinds } from './gpu-address.ts';

type Share = DeclaredGpu['shares'][number];

/** One number of a share: what is declared, and what is tried in its place. */
export interface ShareNumber {
  kind: ShareKind;
  key: string;
  declared: number;
  value: number;
}

const declaredOf = (share: Share): Record<ShareKind, number> => ({
  gpuPercent: share.ceilingPercent,
  gpuMemoryMb: share.memoryMb,
  gpuProcesses: share.processes,
  encoderSessions: share.encoderSessions,
});

/** The numbers of a share of the card at a place among the declared ones, with what is tried. */
export function numbersOf(share: Share, place: number, tried: TriedValues): ShareNumber[] {
  const declared = declaredOf(share);
  return shareKinds.map((kind) => {
    const key = `${share.workload}.${kind}${place === 0 ? '' : place + 1}`;
    return { kind, key, declared: declared[kind], value: tried[key] ?? declared[kind] };
  });
}

/** Of what is tried only what differs from what is declared. */
export function onlyOtherShares(declared: readonly DeclaredGpu[], tried: TriedValues): TriedValues {
  const numbers = declared.flatMap(({ shares }, place) => shares.flatMap((share) => numbersOf(share, place, tried)));
  const others = numbers.filter((number) => number.value !== number.declared);
  return Object.fromEntries(others.map(({ key, value }) => [key, value]));
}

/** What a number of a share means, how it steps, and where it ends. */
export const numberWords: Record<ShareKind, { title: string; means: string; step: number; most: number; least: number }> = {
  gpuPercent: {
    ...{ title: 'Ceiling, %', means: 'The most of its processors; 0 takes the share away.' },
    ...{ step: 5, least: 0, most: 100 },
  },
  gpuMemoryMb: {
    ...{ title: 'Memory, MiB', means: 'The most of its memory for all processes together.' },
    ...{ step: 256, least: 1, most: 4_194_304 },
  },
  gpuProcesses: {
    ...{ title: 'Processes', means: 'So many share that memory evenly.' },
    ...{ step: 1, least: 1, most: 48 },
  },
  encoderSessions: {
    ...{ title: 'Films', means: 'Films that it may encode at a time.' },
    ...{ step: 1, least: 0, most: 4096 },
  },
};
