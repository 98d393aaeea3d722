import { sha256Of } from './domain/generation-record.ts';
import { type DiffLine, diffLines } from './domain/line-diff.ts';
import { findValueChanges, type ValueChange } from './domain/value-changes.ts';
import type { GenerationLog } from './generation-log.ts';
import { checkText, problemsOfText, readManifestText, traceOf } from './manifest-place.adapter.ts';

/**
 * How the manifest departs from its newest generation: not at all, no generation yet, the file was edited by hand or is gone, or the file is
 * the same and its profile says something else than it did.
 */
export interface ManifestDrift {
  state: 'none' | 'unrecorded' | 'edited' | 'missing' | 'profile-changed';
  newest: number | undefined;
  /** When the file was last written, and whom it belongs to. */
  changedAt: string | undefined;
  owner: string | undefined;
  /** What the file has wrong; nothing when it describes an appliance. */
  problems: string[];
  lines: DiffLine[];
  changes: ValueChange[];
}

/** Compares the manifest with its newest generation. */
export async function findDrift(log: GenerationLog): Promise<ManifestDrift> {
  const newest = (await log.list()).at(-1);
  const text = readManifestText(log.place);
  const problems = text === undefined ? [] : problemsOfText(log.place, text);
  const resolved = text === undefined || problems.length > 0 ? undefined : checkText(log.place, text).resolved;
  const changes = newest && resolved ? findValueChanges(JSON.parse(newest.resolved), JSON.parse(resolved)) : [];
  const isEdited = text !== undefined && newest?.fileSha256 !== sha256Of(text);
  return {
    state: stateOf(newest !== undefined, text, isEdited, changes.length > 0),
    newest: newest?.number,
    changedAt: traceOf(log.place)?.changedAt,
    owner: traceOf(log.place)?.owner,
    problems,
    lines: newest && text !== undefined ? diffLines(newest.file, text) : [],
    changes,
  };
}

function stateOf(
  isRecorded: boolean,
  text: string | undefined,
  isEdited: boolean,
  isOtherwise: boolean,
): ManifestDrift['state'] {
  if (!isRecorded) return 'unrecorded';
  if (text === undefined) return 'missing';
  if (isEdited) return 'edited';
  return isOtherwise ? 'profile-changed' : 'none';
}
