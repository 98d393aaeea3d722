import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import type { ManifestMistake } from '#manifest';
import type { GenerationHead } from './config-work.ts';
import type { DiffLine } from './domain/line-diff.ts';
import { readKey } from './domain/set-values.ts';
import type { ValueChange } from './domain/value-changes.ts';
import type { checkConfig, getConfig } from './http/config.contract.ts';
import type { ManifestEdit } from './manifest-edit.ts';

type ConfigAnswer = AnswerOf<typeof getConfig>;

/** The edit that a request asks for. Throws CONFIG_EDIT_INVALID where it asks for both or nothing, CONFIG_ASSIGNMENT_INVALID for a key that is none. */
export function asEdit({ text, set, unset }: InputOf<typeof checkConfig>['body']): ManifestEdit {
  const hasValues = (set?.length ?? 0) + (unset?.length ?? 0) > 0;
  if ((text !== undefined) === hasValues)
    throw new HoldfastError('CONFIG_EDIT_INVALID', {
      kind: 'invalid',
      message: hasValues ? 'Both a text and values are given.' : 'Neither a text nor values are given.',
      action: 'Send the whole text, or values to set and keys to unset.',
    });
  if (text !== undefined) return { text };
  return { set: (set ?? []).map(({ key, value }) => ({ path: readKey(key), value })), unset: unset ?? [] };
}

/** A generation as it is answered. */
export function generationAnswer(head: GenerationHead): NonNullable<ConfigAnswer['newest']> {
  const { number, author, instant, reason, fileSha256, resolvedSha256, key, previous } = head;
  return { number, author, instant, reason, fileSha256, resolvedSha256, key, previous };
}

/** Mistakes as they are answered; one that lies in the profile has no line of the file. */
export function mistakeAnswers(mistakes: readonly ManifestMistake[], ownFile: string): ConfigAnswer['mistakes'] {
  return mistakes.map(({ file, line, key, value, message, remedy }) => ({
    ...{ line: file === ownFile ? line : null, key, value, remedy },
    message: file === ownFile ? message : `${message} (in ${file})`,
  }));
}

/** What differs, as it is answered. */
export function diffAnswer({ lines, changes }: { lines: DiffLine[]; changes: ValueChange[] }): {
  lines: DiffLine[];
  changes: ValueChange[];
} {
  return { lines, changes };
}
