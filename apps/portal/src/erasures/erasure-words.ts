import type { Answer } from '../api/types.ts';
import { formatBytes, formatCounted } from '../lib/format.ts';

export type Erasure = Answer<'listErasures'>['items'][number];
export type Reach = Answer<'previewErasure'>;
export type SubjectKind = Erasure['subjectKind'];
type State = Erasure['state'];

/** Who or what is to be erased, as people know it. */
export interface Subject {
  kind: SubjectKind;
  id: string;
  name: string;
  /** What is typed to say that this one is meant: an e-mail address, a name. */
  confirm: string;
}

export const kindWords: Record<SubjectKind, { title: string; gone: string }> = {
  person: { title: 'Person', gone: 'Somebody who is no longer here' },
  collection: { title: 'Collection', gone: 'A collection that is gone' },
  asset: { title: 'Asset', gone: 'An asset that is gone' },
};

const steps: Record<SubjectKind, readonly { state: State; title: string }[]> = {
  person: [
    { state: 'handing-over', title: 'Hand over what others brought, too' },
    { state: 'removing', title: 'Remove what only they brought' },
    { state: 'destroying', title: 'Destroy their key and sign the certificate' },
  ],
  collection: [
    { state: 'removing', title: 'Find all that was made of it' },
    { state: 'destroying', title: 'Destroy the keys of each object and sign the certificate' },
  ],
  asset: [
    { state: 'removing', title: 'Find all that was made of it' },
    { state: 'destroying', title: 'Destroy its keys and sign the certificate' },
  ],
};

/** The steps of an erasure in their order, each with how it stands. */
export function stepsOf({ subjectKind, state }: Pick<Erasure, 'subjectKind' | 'state'>) {
  const all = steps[subjectKind];
  const at = state === 'done' ? all.length : all.findIndex((step) => step.state === state);
  return all.map(({ title }, place) => ({
    title,
    stands: place < at ? ('done' as const) : place === at ? ('now' as const) : ('waits' as const),
  }));
}

/** What an erasure has taken so far, or took. */
export function takenInWords({ assets, bytes, handedOver }: Pick<Erasure, 'assets' | 'bytes' | 'handedOver'>): string {
  const taken = assets > 0 ? `${formatCounted(assets, 'asset')}, ${formatBytes(bytes)}` : 'nothing';
  return handedOver > 0 ? `${taken}; ${formatCounted(handedOver, 'asset')} handed over` : taken;
}

/** What erasing would take, in sentences, the gravest first. */
export function reachInWords({ kind }: Pick<Subject, 'kind'>, { assets, bytes, shared }: Reach): string[] {
  const amount = `${formatCounted(assets, 'asset')}, ${formatBytes(bytes)},`;
  const goes = assets === 1 ? 'goes' : 'go';
  if (kind === 'asset')
    return [
      `It goes for good, ${formatBytes(bytes)}, with all that was made of it: also from collections, and for others who brought it, too.`,
    ];
  if (kind === 'collection')
    return [
      assets > 0
        ? `${amount} ${goes} for good, whoever brought them, with all that was made of them; also where they are in other collections.`
        : 'Nothing is in it.',
      'The collection itself goes, too: its name may tell of them.',
    ];
  return [
    assets > 0
      ? `${amount} that nobody else brought ${goes} for good, with all that was made of them.`
      : 'Nothing that only they brought is here.',
    ...(shared > 0 ? [`${formatCounted(shared, 'asset')} that others brought, too, stay and are theirs from then on.`] : []),
    'What they searched for and what they were uploading goes. Their key is destroyed: they can add nothing here any more.',
    'Their account stays; disable it under People.',
  ];
}

/** Where something of it stays, and until when. */
export function staysInWords({ kind }: Pick<Subject, 'kind'>): string {
  return kind === 'person'
    ? 'In backups files and texts become unreadable on a day that the certificate names; names and the index of words go when a backup is deleted. The audit keeps the names of files.'
    : 'Backups made before stay readable, with the keystore, until they are deleted. The audit keeps the names of files.';
}

/** Whether what was typed names the subject; letter case and spaces around it aside. */
export function namesSubject(typed: string, { confirm }: Pick<Subject, 'confirm'>): boolean {
  return typed.trim().toLocaleLowerCase() === confirm.trim().toLocaleLowerCase();
}

const idPattern = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** The id in what was pasted: an id, or the address of an asset. */
export function idIn(text: string): string | undefined {
  return idPattern.exec(text)?.[0].toLowerCase();
}
