import { asHoldfastError, HoldfastError } from '#kernel';
import type { Manifest, ManifestMistake } from '#manifest';
import { type DiffLine, diffLines } from './domain/line-diff.ts';
import { type Assignment, setValues, unsetValues } from './domain/set-values.ts';
import { findValueChanges, type ValueChange } from './domain/value-changes.ts';
import { checkText, type ManifestPlace, readManifestText } from './manifest-place.adapter.ts';

/** What is to become of the manifest: another text, or values set in it and taken out of it. */
export type ManifestEdit = { text: string } | { set?: readonly Assignment[]; unset?: readonly string[] };

/** What an edit would come to. */
export interface EditPreview {
  text: string;
  /** What does not fit; none: it can be saved. */
  mistakes: ManifestMistake[];
  /** Values that would differ from the file's, where neither has mistakes. */
  changes: ValueChange[];
  lines: DiffLine[];
}

/** The text of a manifest after an edit. Throws CONFIG_KEY_UNKNOWN. */
export function editText(former: string, edit: ManifestEdit, resolved: Manifest): string {
  if ('text' in edit) return edit.text;
  return unsetValues(setValues(former, edit.set ?? [], resolved), edit.unset ?? [], resolved);
}

/** Says what an edit would change and what is wrong with it; changes nothing. Throws CONFIG_KEY_UNKNOWN, and MANIFEST_INVALID where values are to be set in a file that is broken. */
export function previewEdit(place: ManifestPlace, edit: ManifestEdit): EditPreview {
  const former = readManifestText(place) ?? '';
  const text = 'text' in edit ? edit.text : editText(former, edit, checkText(place, former).manifest);
  const lines = diffLines(former, text);
  const mistakes = mistakesOf(place, text);
  if (mistakes.length > 0 || mistakesOf(place, former).length > 0) return { text, mistakes, changes: [], lines };
  const [before, after] = [former, text].map((one) => JSON.parse(checkText(place, one).resolved));
  return { text, mistakes, changes: findValueChanges(before, after), lines };
}

/** What a text has wrong, one by one; nothing when it describes an appliance. */
export function mistakesOf(place: ManifestPlace, text: string): ManifestMistake[] {
  try {
    checkText(place, text);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof HoldfastError)) throw thrown;
    const { values, message } = asHoldfastError(thrown);
    const known = values.mistakes as ManifestMistake[] | undefined;
    return known ?? [{ file: place.file, line: null, key: '', value: null, message, remedy: null }];
  }
}
