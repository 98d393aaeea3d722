import { Download, Layers, LogOut, Tag, Trash2, Undo2, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useChangeCollection, useRestore, useTrash } from '../actions/asset-actions.ts';
import { originalUrl } from '../api/media.ts';
import { formatCounted } from '../lib/format.ts';
import { useNeeds } from '../session/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './library-page.module.css';

const CollectionPicker = lazy(() => import('../actions/collection-picker.tsx'));
const TagPicker = lazy(() => import('../actions/tag-picker.tsx'));
const mostDownloads = 20;

/** Fetches originals one after the other; browsers ask once whether a page may save several files. */
function downloadAll(ids: readonly string[]): void {
  ids.forEach((id, order) => {
    setTimeout(() => {
      const link = document.createElement('a');
      link.href = originalUrl(id);
      link.download = '';
      link.click();
    }, order * 400);
  });
}

/** What can be done with the selected assets. Stands where the toolbar stood, so that nothing moves. */
export function SelectionBar({
  title,
  ids,
  inTrash,
  collection,
  onClear,
  onGone,
}: {
  /** The name of the page, whose toolbar is away meanwhile. */
  title: string;
  ids: readonly string[];
  inTrash: boolean;
  collection?: { id: string; name: string } | undefined;
  onClear: () => void;
  /** These assets left the shown list. */
  onGone: (ids: readonly string[]) => void;
}) {
  const needs = useNeeds();
  const [picker, setPicker] = useState<'collection' | 'tag'>();
  const trash = useTrash();
  const restore = useRestore();
  const change = useChangeCollection();
  const done = () => {
    setPicker(undefined);
    onClear();
  };
  const gone = { onSuccess: () => onGone(ids) };
  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected assets">
      <h1 className="seen-by-readers-only">{title}</h1>
      <IconButton label="Clear the selection" keys="Esc" icon={X} onPress={onClear} />
      <span className={styles.selected} role="status">
        {formatCounted(ids.length, 'asset')} selected
      </span>
      <span className={styles.push} />
      {inTrash ? (
        <Button
          icon={Undo2}
          disabledBecause={needs('asset.delete', 'restore assets')}
          busy={restore.isPending}
          onPress={() => restore.mutate(ids, gone)}
        >
          Restore
        </Button>
      ) : (
        <>
          <Button
            icon={Layers}
            disabledBecause={needs('collection.update', 'change collections')}
            onPress={() => setPicker('collection')}
          >
            Collect
          </Button>
          <Button icon={Tag} disabledBecause={needs('tag.update', 'change tags')} onPress={() => setPicker('tag')}>
            Tag
          </Button>
          <IconButton
            label="Download originals"
            icon={Download}
            disabledBecause={
              needs('asset.download', 'download originals') ||
              (ids.length > mostDownloads && `At most ${mostDownloads} originals at once; the command line exports more.`)
            }
            onPress={() => downloadAll(ids)}
          />
          {collection && (
            <IconButton
              label={`Take out of “${collection.name}”`}
              icon={LogOut}
              disabledBecause={needs('collection.update', 'change collections')}
              onPress={() => change.mutate({ ...collection, ids, action: 'remove' }, gone)}
            />
          )}
          <IconButton
            label="Move to the trash"
            icon={Trash2}
            disabledBecause={needs('asset.delete', 'remove assets')}
            busy={trash.isPending}
            onPress={() => trash.mutate(ids, gone)}
          />
        </>
      )}
      <Suspense>
        {picker === 'collection' && <CollectionPicker ids={ids} onClose={() => setPicker(undefined)} onDone={done} />}
        {picker === 'tag' && <TagPicker ids={ids} onClose={() => setPicker(undefined)} onDone={done} />}
      </Suspense>
    </div>
  );
}
