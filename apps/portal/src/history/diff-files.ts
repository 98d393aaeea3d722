import type { GenerationDiff } from '../api/reconcile-types.ts';

type Line = GenerationDiff['lines'][number] & { number: number };

/** The lines by file, in the order in which the files come. */
export function filesOf(lines: GenerationDiff['lines']): { file: string; lines: Line[] }[] {
  const files = new Map<string, Line[]>();
  for (const [number, line] of lines.entries()) files.set(line.file, [...(files.get(line.file) ?? []), { ...line, number }]);
  return [...files].map(([file, own]) => ({ file, lines: own }));
}
