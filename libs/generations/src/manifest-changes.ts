import { HoldfastError } from '#kernel';
import { sha256Of } from './domain/generation-record.ts';
import { readAssignment } from './domain/set-values.ts';
import { findValueChanges, type ValueChange } from './domain/value-changes.ts';
import { generationError } from './generation-error.ts';
import type { Change, Generation, GenerationLog, GenerationWriter } from './generation-log.ts';
import { editText, type ManifestEdit } from './manifest-edit.ts';
import { checkText, readManifestText } from './manifest-place.adapter.ts';

/** What a change of the manifest came to: the generation it made, or none where nothing differs. */
export interface Changed {
  generation: number | undefined;
  changes: ValueChange[];
}

/** Sets values (`KEY=VALUE`) in the manifest and records the generation. Throws CONFIG_DRIFTED, MANIFEST_INVALID, CONFIG_ASSIGNMENT_INVALID and others; nothing has changed then. */
export async function setInManifest(log: GenerationLog, words: readonly string[], change: Change): Promise<Changed> {
  return editManifest(log, { set: words.map(readAssignment) }, change);
}

/** Edits the manifest and records the generation. Throws as `setInManifest`, and CONFIG_GENERATION_STALE where somebody else was faster; nothing has changed then. */
export async function editManifest(log: GenerationLog, edit: ManifestEdit, change: Change): Promise<Changed> {
  ensureReason(change);
  return log.exclusively((writer) => {
    const former = readExisting(log);
    ensureBase(writer, former, change);
    const before = checkText(log.place, former);
    ensureNoDrift(log, writer, former);
    const after = checkText(log.place, editText(former, edit, before.manifest));
    const changes = findValueChanges(JSON.parse(before.resolved), JSON.parse(after.resolved));
    if (after.text === former) return { generation: undefined, changes };
    if (!writer.newest) writer.append(before, { ...change, reason: 'As found before the first change.' }, undefined);
    return { generation: writer.append(after, change, former).number, changes };
  });
}

/** Puts the manifest back to what it was in a generation (the newest one where none is named), also over edits by hand, and records that. */
export async function restoreManifest(log: GenerationLog, number: number | undefined, change: Change): Promise<Changed> {
  ensureReason(change);
  const generations = await log.list();
  const wanted = pickGeneration(generations, number);
  return log.exclusively((writer) => {
    const former = readManifestText(log.place) ?? '';
    ensureBase(writer, former, change);
    const after = checkText(log.place, wanted.file);
    const newest = writer.newest ?? wanted;
    const changes = findValueChanges(JSON.parse(newest.resolved), JSON.parse(after.resolved));
    if (former === after.text && newest.fileSha256 === after.sha256) return { generation: undefined, changes };
    return { generation: writer.append(after, change, former).number, changes };
  });
}

/** Records the manifest as somebody edited it by hand. Throws MANIFEST_INVALID; nothing has changed then. */
export async function adoptManifest(log: GenerationLog, change: Change): Promise<Changed> {
  ensureReason(change);
  return log.exclusively((writer) => {
    const text = readExisting(log);
    ensureBase(writer, text, change);
    const checked = checkText(log.place, text);
    const { newest } = writer;
    const changes = newest ? findValueChanges(JSON.parse(newest.resolved), JSON.parse(checked.resolved)) : [];
    if (newest?.fileSha256 === checked.sha256 && newest.resolved === checked.resolved)
      return { generation: undefined, changes };
    return { generation: writer.append(checked, change, undefined).number, changes };
  });
}

/** Records a first generation where there is none; answers its number where it did. */
export async function recordFirstGeneration(log: GenerationLog, author: string): Promise<number | undefined> {
  if ((await log.list()).length > 0) return undefined;
  return log.exclusively(({ newest, append }) => {
    if (newest) return undefined;
    return append(checkText(log.place, readExisting(log)), { author, reason: 'As found at the first start.' }, undefined)
      .number;
  });
}

/** The generation of a number, or the newest. Throws GENERATION_NOT_FOUND. */
export function pickGeneration(generations: readonly Generation[], number: number | undefined): Generation {
  const found = number === undefined ? generations.at(-1) : generations[number - 1];
  if (found) return found;
  const there = generations.length === 0 ? 'none yet' : `1 to ${generations.length}`;
  throw generationError(
    'GENERATION_NOT_FOUND',
    `There is no generation ${number ?? ''}: there are ${there}.`.replace(' :', ':'),
  );
}

function readExisting(log: GenerationLog): string {
  const text = readManifestText(log.place);
  if (text !== undefined) return text;
  throw new HoldfastError('MANIFEST_UNREADABLE', {
    kind: 'invalid',
    message: `${log.place.file} is not there.`,
    action: 'Put it back with ./holdfast config restore --reason R.',
  });
}

function ensureNoDrift(log: GenerationLog, { newest }: GenerationWriter, text: string): void {
  if (newest && newest.file !== text)
    throw generationError(
      'CONFIG_DRIFTED',
      `${log.place.file} was edited by hand: it differs from generation ${newest.number}.`,
    );
}

/** Whoever changes what somebody else has changed meanwhile has not seen what is being changed. */
function ensureBase({ newest }: GenerationWriter, text: string, { base, baseSha256 }: Change): void {
  const number = newest?.number ?? null;
  if (base !== undefined && base !== number)
    throw generationError(
      'CONFIG_GENERATION_STALE',
      `The configuration is at generation ${number ?? 'none'} by now, not ${base ?? 'none'}: ${newest?.author ?? 'somebody'} changed it.`,
    );
  if (baseSha256 !== undefined && baseSha256 !== sha256Of(text))
    throw generationError('CONFIG_GENERATION_STALE', 'The file was edited by hand since it was looked at.');
}

function ensureReason({ reason }: Change): void {
  if (reason.trim() === '') throw generationError('CONFIG_REASON_MISSING', 'The reason of the change is empty.');
}
