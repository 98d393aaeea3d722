import { Download, Gavel, Layers, ListChecks, LogOut, Tag, Trash2, Undo2, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useChangeCollection, useRestore, useTrash } from '../actions/asset-actions.ts';
import type { AssetSet } from '../actions/asset-set.ts';
import { originalUrl } from '../api/media.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import { useCan, useNeeds } from '../session/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './library-page.module.css';

const CollectionPicker = lazy(() => import('../actions/collection-picker.tsx'));
const HoldAssets = lazy(() => import('../retention/hold-assets-dialog.tsx'));
const TagPicker = lazy(() => import('../actions/tag-picker.tsx'));
const TrashQuestion = lazy(() => import('../actions/trash-question.tsx'));
const mostDownloads = 20;
/** From so many on, a slip costs enough to be asked first. */
const askedFrom = 1000;

/** Fetches originals one after the other; browsers ask once whether a page may save several files. */
async function downloadAll(assets: AssetSet): Promise<void> {
  const ids = await assets.read(() => {}, new AbortController().signal);
  for (const [order, id] of ids.entries())
    setTimeout(() => {
      const link = document.createElement('a');
      link.href = originalUrl(id);
      link.download = '';
      link.click();
    }, order * 400);
}

interface SelectionBarProps {
  /** The name of the page, whose toolbar is away meanwhile. */
  title: string;
  assets: AssetSet;
  /** How many the list holds. */
  total: number;
  inTrash: boolean;
  collection?: { id: string; name: string } | undefined;
  onClear: () => void;
  onAll: () => void;
  /** These assets left the shown list. */
  onGone: (ids: readonly string[]) => void;
}

/** What can be done with the selected assets. Stands where the toolbar stood, so that nothing moves. */
export function SelectionBar({ title, assets, total, inTrash, collection, onClear, onAll, onGone }: SelectionBarProps) {
  const needs = useNeeds();
  const can = useCan();
  const [open, setOpen] = useState<'collection' | 'tag' | 'hold' | 'trash'>();
  const trash = useTrash();
  const restore = useRestore();
  const change = useChangeCollection();
  const close = () => setOpen(undefined);
  const done = () => {
    close();
    onClear();
  };
  const gone = { onSuccess: ({ ids }: { ids: readonly string[] }) => onGone(ids) };
  const hold = can('hold.update') && (
    <IconButton
      label="Place under hold…"
      icon={Gavel}
      disabledBecause={needs('hold.update', 'place legal holds')}
      onPress={() => setOpen('hold')}
    />
  );
  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected assets">
      <h1 className="seen-by-readers-only">{title}</h1>
      <IconButton label="Clear the selection" keys="Esc" icon={X} onPress={onClear} />
      <span className={styles.selected} role="status">
        {formatCounted(assets.count, 'asset')} selected
      </span>
      {assets.count < total && (
        <IconButton label={`Select all ${formatCount(total)}`} keys="Ctrl A" icon={ListChecks} onPress={onAll} />
      )}
      <span className={styles.push} />
      {inTrash && hold}
      {inTrash ? (
        <Button
          icon={Undo2}
          disabledBecause={needs('asset.delete', 'restore assets')}
          busy={restore.isPending}
          onPress={() => restore.mutate(assets, gone)}
        >
          Restore
        </Button>
      ) : (
        <>
          <Button
            icon={Layers}
            aria-label="Collect"
            disabledBecause={needs('collection.update', 'change collections')}
            onPress={() => setOpen('collection')}
          >
            <span className={styles.wideOnly}>Collect</span>
          </Button>
          <Button
            icon={Tag}
            aria-label="Tag"
            disabledBecause={needs('tag.update', 'change tags')}
            onPress={() => setOpen('tag')}
          >
            <span className={styles.wideOnly}>Tag</span>
          </Button>
          <IconButton
            label="Download originals"
            icon={Download}
            disabledBecause={
              needs('asset.download', 'download originals') ||
              (assets.count > mostDownloads &&
                `A browser saves at most ${mostDownloads} at once. On the appliance, “holdfast media export” writes any number into a folder.`)
            }
            onPress={() => void downloadAll(assets)}
          />
          {collection && (
            <IconButton
              label={`Take out of “${collection.name}”`}
              icon={LogOut}
              disabledBecause={needs('collection.update', 'change collections')}
              onPress={() => change.mutate({ ...collection, assets, action: 'remove' }, gone)}
            />
          )}
          {hold}
          <IconButton
            label="Move to the trash"
            icon={Trash2}
            disabledBecause={needs('asset.delete', 'remove assets')}
            busy={trash.isPending}
            onPress={() => (assets.count >= askedFrom ? setOpen('trash') : trash.mutate(assets, gone))}
          />
        </>
      )}
      <Suspense>
        {open === 'collection' && <CollectionPicker assets={assets} onClose={close} onDone={done} />}
        {open === 'hold' && <HoldAssets assets={assets} onClose={close} onDone={done} />}
        {open === 'tag' && <TagPicker assets={assets} onClose={close} onDone={done} />}
        {open === 'trash' && (
          <TrashQuestion
            count={assets.count}
            onClose={close}
            onYes={() => {
              close();
              trash.mutate(assets, gone);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
