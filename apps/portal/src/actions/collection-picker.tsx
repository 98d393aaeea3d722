import { useQuery } from '@tanstack/react-query';
import { Layers, Plus } from 'lucide-react';
import { useState } from 'react';
import { collectionsQuery } from '../api/queries.ts';
import type { Collection } from '../api/types.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { useChangeCollection, useCreateCollection } from './asset-actions.ts';
import type { AssetSet } from './asset-set.ts';
import { isLong } from './in-batches.ts';
import styles from './pickers.module.css';

/** Chooses a collection for assets, or makes one of them. */
export default function CollectionPicker({
  assets,
  onClose,
  onDone,
}: {
  assets: AssetSet;
  onClose: () => void;
  onDone: () => void;
}) {
  const [text, setText] = useState('');
  const { data, isPending, error, refetch } = useQuery(collectionsQuery);
  const change = useChangeCollection();
  const create = useCreateCollection();
  const make = () => {
    create.mutate({ name, assets }, { onSuccess: onDone });
    if (isLong(assets)) onDone();
  };
  const add = (collection: Collection) => {
    change.mutate({ id: collection.id, name: collection.name, assets, action: 'add' }, { onSuccess: onDone });
    if (isLong(assets)) onDone();
  };
  const name = text.trim();
  const fitting = (data?.items ?? []).filter((collection) => collection.name.toLowerCase().includes(name.toLowerCase()));
  const exact = fitting.some((collection) => collection.name.toLowerCase() === name.toLowerCase());
  return (
    <Dialog title={`Add ${formatCounted(assets.count, 'asset')} to a collection`} open onClose={onClose}>
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
            <button type="button" className={styles.option} disabled={create.isPending} onClick={make}>
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
              onClick={() => add(collection)}
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
