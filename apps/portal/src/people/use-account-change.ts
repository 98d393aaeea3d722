import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { accountsQuery, sessionQuery } from '../api/queries.ts';
import type { Answer, Body } from '../api/types.ts';
import { roleWords } from '../lib/words.ts';
import { toast } from '../ui/toast-queue.ts';
import type { Account } from './role-words.ts';

/** Changes a role, or disables or enables an account. Another role holds in open sessions at once; disabling ends them. */
export function useAccountChange(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: ({ account, change }: { account: Account; change: Body<'updateAccount'> }) =>
      ask(api.PATCH('/api/v1/accounts/{id}', { params: { path: { id: account.id } }, body: change })),
    onSuccess: (changed, { change }) => {
      queries.setQueryData(
        accountsQuery.queryKey,
        (before: Answer<'listAccounts'> | undefined) =>
          before && { items: before.items.map((item) => (item.id === changed.id ? changed : item)) },
      );
      toast({ tone: 'good', title: saysOf(changed, change) });
      onDone();
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['accounts'] });
      // The role may be one's own.
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
}

function saysOf(account: Account, change: Body<'updateAccount'>): string {
  if (change.role) return `${account.displayName} is now ${roleWords[account.role]}`;
  return account.disabled ? `${account.displayName} can no longer sign in` : `${account.displayName} can sign in again`;
}
