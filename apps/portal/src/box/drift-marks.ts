import type { DriftRecord } from '../api/reconcile-types.ts';
import { driftWords } from '../changes/change-words.ts';

/** What the drawing marks: words by CPU, and whether all of it is in doubt. */
export interface DriftMarks {
  cpus: ReadonlyMap<number, string>;
  isWhole: boolean;
  /** Workloads whose slice or service departs, with the same words. */
  workloads: ReadonlyMap<string, string>;
}

/** Which CPUs each departure touches, as far as its own words tell. */
export function driftMarks(
  drift: readonly DriftRecord[],
  assignments: Readonly<Record<string, readonly number[]>> = {},
): DriftMarks {
  const cpus = new Map<number, Set<string>>();
  const workloads = new Map<string, Set<string>>();
  for (const record of drift) {
    const { title } = driftWords[record.kind];
    for (const cpu of touched(record, assignments)) add(cpus, cpu, title);
    const workload = workloadOf(record);
    if (workload !== undefined) add(workloads, workload, title);
  }
  return { cpus: inWords(cpus), isWhole: drift.some(({ kind }) => kind === 'H'), workloads: inWords(workloads) };
}

function add<Key>(to: Map<Key, Set<string>>, key: Key, title: string): void {
  to.set(key, (to.get(key) ?? new Set()).add(title));
}

function inWords<Key>(marks: ReadonlyMap<Key, Set<string>>): Map<Key, string> {
  return new Map([...marks].map(([key, titles]) => [key, [...titles].join(', ').toLowerCase()]));
}

function touched(
  { kind, subject, expected, seen }: DriftRecord,
  assignments: Readonly<Record<string, readonly number[]>>,
): number[] {
  const [wanted, had] = [readCpus(expected), readCpus(seen)];
  const ofWorkload = assignments[workloadOf({ kind, subject, expected }) ?? ''] ?? [];
  if (kind === 'F' || kind === 'U') return [...ofWorkload];
  if (kind === 'X') return had ?? [];
  if (!wanted || !had) return [...ofWorkload];
  if (kind === 'I') return had.filter((cpu) => !wanted.includes(cpu));
  return [...wanted.filter((cpu) => !had.includes(cpu)), ...had.filter((cpu) => !wanted.includes(cpu))];
}

/** `video` out of `holdfast-video.slice`, whatever stands around it; a service has it where it ought to run. */
function workloadOf({ kind, subject, expected }: Pick<DriftRecord, 'kind' | 'subject' | 'expected'>): string | undefined {
  return /holdfast-([a-z][a-z0-9-]*?)\.slice/.exec(kind === 'U' ? expected : subject)?.[1];
}

/** CPUs as the kernel writes them, `8-13,24`; undefined for anything else. */
export function readCpus(text: string): number[] | undefined {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return undefined;
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return last - first > 4096 ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
