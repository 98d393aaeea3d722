import type { DesiredCores, Drift, ObservedCores } from './drift.ts';

/** F: files that are not as they were written. */
export function fileDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return desired.files
    .filter(({ path, text }) => observed.files[path] !== undefined && observed.files[path] !== text)
    .map(({ path, text }) => {
      const seen = observed.files[path] ?? null;
      return {
        kind: 'F' as const,
        subject: path,
        expected: firstDifference(text, seen ?? ''),
        seen: seen === null ? 'no file' : firstDifference(seen, text),
        cause: seen === null ? 'Somebody removed it.' : 'Somebody edited it.',
        remedy: 'Declare in config/appliance.yaml what was meant, or apply the plan again, which writes it anew.',
        heals: false,
      };
    });
}

/** The first line that the other text does not have. */
function firstDifference(text: string, other: string): string {
  const known = new Set(other.split('\n'));
  return text.split('\n').find((line) => !known.has(line)) ?? 'the same lines in another order';
}
