import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { Collection } from '../api/types.ts';
import { formatCounted } from '../lib/format.ts';
import { toast } from '../ui/toast-queue.ts';
import { type AssetSet, these } from './asset-set.ts';
import { forEachBatch } from './in-batches.ts';

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
    mutationFn: (assets: AssetSet) =>
      forEachBatch('Restoring', assets, (ids) => ask(api.POST('/api/v1/assets/restore', { body: { ids } }))),
    onSuccess: ({ changed }) => {
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
    mutationFn: (assets: AssetSet) =>
      forEachBatch('Moving to the trash', assets, (ids) => ask(api.POST('/api/v1/assets/trash', { body: { ids } }))),
    onSuccess: ({ changed, ids }) => {
      listsChanged();
      toast({
        tone: 'info',
        title: `${formatCounted(changed, 'asset')} moved to the trash`,
        action: { label: 'Undo', run: () => restore.mutate(these(ids)) },
      });
    },
  });
}

interface CollectionChange {
  id: string;
  name: string;
  assets: AssetSet;
  action: 'add' | 'remove';
}

const changeCollection = (id: string, ids: string[], action: 'add' | 'remove') =>
  ask(api.POST('/api/v1/collections/{id}/assets', { params: { path: { id } }, body: { ids, action } }));

/** Adds assets to a collection or takes them out of it. */
export function useChangeCollection() {
  const listsChanged = useListsChanged();
  return useMutation({
    mutationFn: ({ id, assets, action }: CollectionChange) =>
      forEachBatch(action === 'add' ? 'Collecting' : 'Taking out', assets, (ids) => changeCollection(id, ids, action)),
    onSuccess: ({ changed }, { name, action }) => {
      listsChanged();
      toast({
        tone: 'good',
        title: `${formatCounted(changed, 'asset')} ${action === 'add' ? 'added to' : 'taken out of'} “${name}”`,
      });
    },
  });
}

/** Makes a collection of assets. */
export function useCreateCollection() {
  const listsChanged = useListsChanged();
  return useMutation({
    mutationFn: async ({ name, assets }: { name: string; assets: AssetSet }) => {
      let made: Collection | undefined;
      return forEachBatch('Collecting', assets, async (ids) => {
        if (made) return changeCollection(made.id, ids, 'add');
        made = await ask(api.POST('/api/v1/collections', { body: { name, assetIds: ids } }));
        return { changed: made.assets };
      });
    },
    onSuccess: ({ changed }, { name }) => {
      listsChanged();
      toast({ tone: 'good', title: `Collection “${name}” made of ${formatCounted(changed, 'asset')}` });
    },
  });
}

interface TagChange {
  id?: string | undefined;
  name: string;
  assets: AssetSet;
  action: 'confirm' | 'reject' | 'remove';
}

/** Confirms, rejects or removes a tag on assets, and `says` so where nothing else shows it; a name that is no tag yet becomes one. */
export function useTagAssets({ says = false } = {}) {
  const listsChanged = useListsChanged();
  return useMutation({
    mutationFn: async ({ id, name, assets, action }: TagChange) => {
      const tagId = id ?? (await ask(api.POST('/api/v1/tags', { body: { name } }))).id;
      return forEachBatch('Tagging', assets, (ids) =>
        ask(api.POST('/api/v1/tags/{id}/assets', { params: { path: { id: tagId } }, body: { ids, action } })),
      );
    },
    onSuccess: ({ changed }, { name }) => {
      listsChanged();
      if (says) toast({ tone: 'good', title: `${formatCounted(changed, 'asset')} tagged “${name}”` });
    },
  });
}
