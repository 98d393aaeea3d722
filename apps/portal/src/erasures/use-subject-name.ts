import { useQuery } from '@tanstack/react-query';
import { accountsQuery, collectionsQuery } from '../api/queries.ts';
import { type Erasure, kindWords } from './erasure-words.ts';

/** What something is called; its kind where the name does not say it. */
export interface SubjectName {
  name: string;
  kind: string | undefined;
}

/** What an erasure was about, by the name that it has now: what is gone has none, and none is kept. */
export function useSubjectName(): (erasure: Pick<Erasure, 'subjectKind' | 'subjectId' | 'state'>) => SubjectName {
  const { data: accounts } = useQuery(accountsQuery);
  const { data: collections } = useQuery(collectionsQuery);
  return ({ subjectKind, subjectId, state }) => {
    const account = accounts?.items.find(({ id }) => id === subjectId);
    const { title, gone } = kindWords[subjectKind];
    if (account) return { name: `${account.displayName} (${account.email})`, kind: title };
    const collection = collections?.items.find(({ id }) => id === subjectId);
    if (collection) return { name: collection.name, kind: title };
    return { name: subjectKind === 'asset' && state !== 'done' ? 'An asset' : gone, kind: undefined };
  };
}
