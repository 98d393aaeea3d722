import type { DriftRecord } from '../api/reconcile-types.ts';
import { driftWords } from '../changes/change-words.ts';

/** What the drawing marks: words by CPU, and whether all of it is in doubt. */
export interface DriftMarks {
  cpus: ReadonlyMap<number, string>;
  isWhole: boolean;
}

/** Which CPUs each departure touches, as far as its own words tell. */
export function driftMarks(
  drift: readonly DriftRecord[],
  assignments: Readonly<Record<string, readonly number[]>> = {},
): DriftMarks {
  const cpus = new Map<number, Set<string>>();
  for (const record of drift)
    for (const cpu of touched(record, assignments))
      cpus.set(cpu, (cpus.get(cpu) ?? new Set()).add(driftWords[record.kind].title));
  return {
    cpus: new Map([...cpus].map(([cpu, titles]) => [cpu, [...titles].join(', ').toLowerCase()])),
    isWhole: drift.some(({ kind }) => kind === 'H'),
  };
}

function touched(
  { kind, subject, expected, seen }: DriftRecord,
  assignments: Readonly<Record<string, readonly number[]>>,
): number[] {
  const [wanted, had] = [readCpus(expected), readCpus(seen)];
  const ofWorkload = assignments[workloadIn(kind === 'U' ? expected : subject) ?? ''] ?? [];
  if (kind === 'F' || kind === 'U') return [...ofWorkload];
  if (kind === 'X') return had ?? [];
  if (!wanted || !had) return [...ofWorkload];
  if (kind === 'I') return had.filter((cpu) => !wanted.includes(cpu));
  return [...wanted.filter((cpu) => !had.includes(cpu)), ...had.filter((cpu) => !wanted.includes(cpu))];
}

/** `video` out of `holdfast-video.slice`, whatever stands around it. */
function workloadIn(text: string): string | undefined {
  return /holdfast-([a-z][a-z0-9-]*?)\.slice/.exec(text)?.[1];
}

/** CPUs as the kernel writes them, `8-13,24`; undefined for anything else. */
export function readCpus(text: string): number[] | undefined {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return undefined;
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return last - first > 4096 ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
