import type { BoxSample } from '../api/hardware-queries.ts';

type Slice = BoxSample['slices'][number];

/** Below this, in percent of ten seconds, waiting is nothing to speak of. */
const feltPercent = 1;

/** What a workload's slice does now: `2.4 CPUs busy, waits 3 % CPU`; undefined where nothing is known. */
export function sliceText({ cpuPercent, pressure }: Pick<Slice, 'cpuPercent' | 'pressure'>): string | undefined {
  if (cpuPercent === null) return undefined;
  const waits = [
    [pressure?.cpu, 'CPU'],
    [pressure?.memory, 'memory'],
    [pressure?.io, 'disk'],
  ] as const;
  const felt = waits.flatMap(([of, what]) => (of && of.some10 >= feltPercent ? [`${Math.round(of.some10)} % ${what}`] : []));
  return `${(cpuPercent / 100).toFixed(1)} CPUs busy${felt.length > 0 ? `, waits ${felt.join(', ')}` : ''}`;
}

/** The same by workload; empty where the machine has no slices for them. */
export function slicesInWords(sample: Pick<BoxSample, 'source' | 'slices'> | undefined): ReadonlyMap<string, string> {
  if (sample?.source !== 'slice') return new Map();
  return new Map(
    sample.slices.flatMap((slice) => {
      const text = sliceText(slice);
      return text === undefined ? [] : [[slice.id, text] as const];
    }),
  );
}
