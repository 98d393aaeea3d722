import type { InputOf } from '#kernel';
import { HoldfastError } from '#kernel';
import type { previewRetention } from '#media';

/** Changes of policies as the services take them. */
export type PolicyChanges = InputOf<typeof previewRetention>['body']['policies'];

const names: Record<string, keyof PolicyChanges> = {
  image: 'original-image',
  video: 'original-video',
  audio: 'original-audio',
  document: 'original-document',
  other: 'original-other',
  trash: 'trash',
  'search-history': 'search-history',
  session: 'session',
  audit: 'audit',
  logs: 'logs',
  metrics: 'metrics',
  aggregates: 'aggregates',
};

/** Reads `video=30` and `trash=forever`. Throws RETENTION_WORD_INVALID. */
export function readPolicies(words: readonly string[]): PolicyChanges {
  return Object.fromEntries(words.map(readPolicy));
}

function readPolicy(word: string): [string, number | null] {
  const [, name = '', days = ''] = /^(?:original-)?([a-z-]+)=(forever|\d{1,5})$/.exec(word) ?? [];
  const known = names[name];
  const keepDays = days === 'forever' ? null : Number(days);
  if (known && (keepDays === null || (keepDays >= 1 && keepDays <= 36_500))) return [known, keepDays];
  throw new HoldfastError('RETENTION_WORD_INVALID', {
    kind: 'invalid',
    message: `${word} is no policy.`,
    action: `Write CLASS=DAYS or CLASS=forever; classes are ${Object.keys(names).join(', ')}.`,
    values: { word },
  });
}

/** `30 days`, `for ever`. */
export function keptInWords(keepDays: number | null): string {
  if (keepDays === null) return 'for ever';
  return keepDays === 1 ? '1 day' : `${keepDays} days`;
}
