import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { collectionsQuery } from '../api/queries.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import { inBatches, useChangeCollection } from './asset-actions.ts';
import styles from './pickers.module.css';

/** Chooses a collection for assets, or makes one of them. */
export default function CollectionPicker({
  ids,
  onClose,
  onDone,
}: {
  ids: readonly string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [text, setText] = useState('');
  const queries = useQueryClient();
  const { data, isPending, error, refetch } = useQuery(collectionsQuery);
  const change = useChangeCollection();
  const create = useMutation({
    mutationFn: async (name: string) => {
      const [first = [], ...rest] = inBatches(ids);
      const made = await ask(api.POST('/api/v1/collections', { body: { name, assetIds: first } }));
      for (const batch of rest)
        await ask(
          api.POST('/api/v1/collections/{id}/assets', {
            params: { path: { id: made.id } },
            body: { ids: batch, action: 'add' },
          }),
        );
      return made;
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['collections'] });
      toast({ tone: 'good', title: `Collection “${made.name}” made of ${formatCounted(ids.length, 'asset')}` });
      onDone();
    },
  });
  const name = text.trim();
  const fitting = (data?.items ?? []).filter((collection) => collection.name.toLowerCase().includes(name.toLowerCase()));
  const exact = fitting.some((collection) => collection.name.toLowerCase() === name.toLowerCase());
  return (
    <Dialog title={`Add ${formatCounted(ids.length, 'asset')} to a collection`} open onClose={onClose}>
      <div className={styles.picker}>
        <TextField label="Find or name a collection" value={text} onChange={setText} autoComplete="off" maxLength={200} />
        {isPending && (
          <Loading what="collections">
            <Skeleton height={120} />
          </Loading>
        )}
        {error && <ErrorState compact error={error} what="Collections could not be read" onRetry={() => void refetch()} />}
        <div className={styles.list}>
          {name && !exact && (
            <button type="button" className={styles.option} disabled={create.isPending} onClick={() => create.mutate(name)}>
              <Plus size={16} aria-hidden />
              Make “{name}”
            </button>
          )}
          {fitting.map((collection) => (
            <button
              key={collection.id}
              type="button"
              className={styles.option}
              disabled={change.isPending}
              onClick={() =>
                change.mutate({ id: collection.id, name: collection.name, ids, action: 'add' }, { onSuccess: onDone })
              }
            >
              <Layers size={16} aria-hidden />
              {collection.name}
              <span>{formatCount(collection.assets)}</span>
            </button>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
