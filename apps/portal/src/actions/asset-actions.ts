import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import { formatCounted } from '../lib/format.ts';
import { toast } from '../ui/toast-queue.ts';

const atOnce = 1000;

/** Splits ids into requests of at most a thousand. */
export function inBatches(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  for (let first = 0; first < ids.length; first += atOnce) batches.push(ids.slice(first, first + atOnce));
  return batches;
}

/** Runs a change batch after batch and adds up how many assets it changed. */
async function forEachBatch(ids: readonly string[], change: (ids: string[]) => Promise<{ changed: number }>): Promise<number> {
  let changed = 0;
  for (const batch of inBatches(ids)) changed += (await change(batch)).changed;
  return changed;
}

function useListsChanged(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ['timeline', 'collections', 'tags', 'asset', 'search'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
}

/** Takes assets out of the trash. */
export function useRestore() {
  const listsChanged = useListsChanged();
  return useMutation({
    mutationFn: (ids: readonly string[]) =>
      forEachBatch(ids, (batch) => ask(api.POST('/api/v1/assets/restore', { body: { ids: batch } }))),
    onSuccess: (changed) => {
      listsChanged();
      toast({ tone: 'good', title: `${formatCounted(changed, 'asset')} restored` });
    },
  });
}

/** Puts assets into the trash and offers to take that back. */
export function useTrash() {
  const listsChanged = useListsChanged();
  const restore = useRestore();
  return useMutation({
    mutationFn: (ids: readonly string[]) =>
      forEachBatch(ids, (batch) => ask(api.POST('/api/v1/assets/trash', { body: { ids: batch } }))),
    onSuccess: (changed, ids) => {
      listsChanged();
      toast({
        tone: 'info',
        title: `${formatCounted(changed, 'asset')} moved to the trash`,
        action: { label: 'Undo', run: () => restore.mutate(ids) },
      });
    },
  });
}

/** Adds assets to a collection or takes them out of it. */
export function useChangeCollection() {
  const listsChanged = useListsChanged();
  return useMutation({
    mutationFn: ({ id, ids, action }: { id: string; name: string; ids: readonly string[]; action: 'add' | 'remove' }) =>
      forEachBatch(ids, (batch) =>
        ask(api.POST('/api/v1/collections/{id}/assets', { params: { path: { id } }, body: { ids: batch, action } })),
      ),
    onSuccess: (changed, { name, action }) => {
      listsChanged();
      toast({
        tone: 'good',
        title: `${formatCounted(changed, 'asset')} ${action === 'add' ? 'added to' : 'taken out of'} “${name}”`,
      });
    },
  });
}

/** Confirms, rejects or removes a tag on assets; a name that is no tag yet becomes one. */
export function useTagAssets() {
  const listsChanged = useListsChanged();
  return useMutation({
    mutationFn: async ({
      id,
      name,
      ids,
      action,
    }: {
      id?: string | undefined;
      name: string;
      ids: readonly string[];
      action: 'confirm' | 'reject' | 'remove';
    }) => {
      const tagId = id ?? (await ask(api.POST('/api/v1/tags', { body: { name } }))).id;
      return forEachBatch(ids, (batch) =>
        ask(api.POST('/api/v1/tags/{id}/assets', { params: { path: { id: tagId } }, body: { ids: batch, action } })),
      );
    },
    onSuccess: listsChanged,
  });
}
