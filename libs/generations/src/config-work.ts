import { type BlamedLine, blame } from './domain/blame.ts';
import { type DiffLine, diffLines } from './domain/line-diff.ts';
import { findValueChanges, type ValueChange } from './domain/value-changes.ts';
import type { Change, Generation, GenerationLog } from './generation-log.ts';
import { adoptManifest, type Changed, editManifest, pickGeneration, restoreManifest } from './manifest-changes.ts';
import { findDrift, type ManifestDrift } from './manifest-drift.ts';
import type { ManifestEdit } from './manifest-edit.ts';

/** A generation without its files: what was signed. */
export type GenerationHead = Omit<Generation, 'file' | 'resolved'>;

/** What differs between two generations. */
export interface GenerationDiff {
  from: GenerationHead;
  to: GenerationHead;
  lines: DiffLine[];
  changes: ValueChange[];
}

/** What the pages of the configuration ask of the generations, by name: whatever runs git and takes its time. */
export const configWork = {
  async overview(log: GenerationLog, _: undefined): Promise<{ drift: ManifestDrift; newest: GenerationHead | undefined }> {
    const newest = (await log.list()).at(-1);
    return { drift: await findDrift(log), newest: newest && headOf(newest) };
  },

  async list(log: GenerationLog, _: undefined): Promise<GenerationHead[]> {
    return (await log.list()).map(headOf);
  },

  async read(log: GenerationLog, { number }: { number: number }): Promise<Generation> {
    return pickGeneration(await log.list(), number);
  },

  async diff(
    log: GenerationLog,
    { number, against }: { number: number; against?: number | undefined },
  ): Promise<GenerationDiff> {
    const generations = await log.list();
    const to = pickGeneration(generations, number);
    const from = pickGeneration(generations, against ?? Math.max(1, number - 1));
    const changes = findValueChanges(JSON.parse(from.resolved), JSON.parse(to.resolved));
    return { from: headOf(from), to: headOf(to), lines: diffLines(from.file, to.file), changes };
  },

  async blame(log: GenerationLog, _: undefined): Promise<{ lines: BlamedLine[]; generations: GenerationHead[] }> {
    const generations = await log.list();
    const lines = blame(generations.map(({ file }) => file));
    const named = new Set(lines.map(({ number }) => number));
    return { lines, generations: generations.filter(({ number }) => named.has(number)).map(headOf) };
  },

  edit(log: GenerationLog, { edit, change }: { edit: ManifestEdit; change: Change }): Promise<Changed> {
    return editManifest(log, edit, change);
  },

  restore(log: GenerationLog, { number, change }: { number: number | undefined; change: Change }): Promise<Changed> {
    return restoreManifest(log, number, change);
  },

  adopt(log: GenerationLog, { change }: { change: Change }): Promise<Changed> {
    return adoptManifest(log, change);
  },
};
export type ConfigWork = typeof configWork;

function headOf({ file, resolved, ...head }: Generation): GenerationHead {
  return head;
}
