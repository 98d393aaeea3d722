import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Plus, Tag as TagIcon } from 'lucide-react';
import { useState } from 'react';
import { tagsQuery } from '../api/queries.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useTagAssets } from './asset-actions.ts';
import type { AssetSet } from './asset-set.ts';
import { isLong } from './in-batches.ts';
import styles from './pickers.module.css';

/** Chooses a tag for assets, or makes one. */
export default function TagPicker({ assets, onClose, onDone }: { assets: AssetSet; onClose: () => void; onDone: () => void }) {
  const [text, setText] = useState('');
  const name = text.trim();
  const settled = useDebounced(name, 150);
  const { data } = useQuery({ ...tagsQuery(settled), placeholderData: keepPreviousData });
  const tag = useTagAssets({ says: true });
  const put = (id: string | undefined, title: string) => {
    tag.mutate({ id, name: title, assets, action: 'confirm' }, { onSuccess: onDone });
    if (isLong(assets)) onDone();
  };
  const fitting = (data?.items ?? [])
    .filter((candidate) => candidate.name.toLowerCase().includes(name.toLowerCase()))
    .slice(0, 50);
  const exact = fitting.some((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  return (
    <Dialog title={`Tag ${formatCounted(assets.count, 'asset')}`} open onClose={onClose}>
      <form
        className={styles.picker}
        onSubmit={(event) => {
          event.preventDefault();
          if (name && !tag.isPending)
            put(fitting.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase())?.id, name);
        }}
      >
        <TextField label="Find or name a tag" value={text} onChange={setText} autoComplete="off" maxLength={100} />
        <div className={styles.list}>
          {name && !exact && (
            <button type="submit" className={styles.option} disabled={tag.isPending}>
              <Plus size={16} aria-hidden />
              New tag “{name}”
            </button>
          )}
          {fitting.map((candidate) => (
            <button
              key={candidate.id}
              type="button"
              className={styles.option}
              disabled={tag.isPending}
              onClick={() => put(candidate.id, candidate.name)}
            >
              <TagIcon size={16} aria-hidden />
              {candidate.name}
              <span>{formatCount(candidate.assets)}</span>
            </button>
          ))}
        </div>
      </form>
    </Dialog>
  );
}
