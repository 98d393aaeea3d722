import { useRouter } from '@tanstack/react-router';
import {
  ArrowLeft,
  ChevronLeft,
  ChevronRight,
  Download,
  Ellipsis,
  Eraser,
  Gavel,
  Layers,
  Pencil,
  Trash2,
  Undo2,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useRestore, useTrash } from '../actions/asset-actions.ts';
import { these } from '../actions/asset-set.ts';
import { originalUrl } from '../api/media.ts';
import type { Asset } from '../api/types.ts';
import { EraseSubject } from '../erasures/erase-subject.tsx';
import { formatBytes, formatCount } from '../lib/format.ts';
import { useCan, useNeeds } from '../session/session.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import styles from './asset-page.module.css';
import type { Neighbours } from './use-neighbours.ts';
import { useUpdateAsset } from './use-update-asset.ts';

const CollectionPicker = lazy(() => import('../actions/collection-picker.tsx'));
const HoldAssets = lazy(() => import('../retention/hold-assets-dialog.tsx'));

/** Name and place in its list, the way back, and what can be done with the asset. */
export function AssetHead({ asset, neighbours }: { asset: Asset; neighbours: Neighbours }) {
  const router = useRouter();
  const needs = useNeeds();
  const can = useCan();
  const [open, setOpen] = useState<'collection' | 'rename' | 'hold' | 'erase'>();
  const trash = useTrash();
  const restore = useRestore();
  const back = neighbours.back ?? { title: 'Library', href: '/' };
  const leave = () => router.history.push(back.href);
  return (
    <div className={styles.head}>
      <IconButton label={`Back to ${back.title}`} icon={ArrowLeft} onPress={leave} />
      <h1 className={styles.name} title={asset.name}>
        {asset.name}
      </h1>
      <span className={styles.push} />
      {neighbours.index >= 0 && (
        <>
          <span className={styles.position}>
            {formatCount(neighbours.index + 1)} of {formatCount(neighbours.total)}
          </span>
          <IconButton
            label="The one before"
            keys="←"
            icon={ChevronLeft}
            disabledBecause={!neighbours.previous && 'This is the first.'}
            onPress={() => neighbours.previous?.()}
          />
          <IconButton
            label="The next one"
            keys="→"
            icon={ChevronRight}
            disabledBecause={!neighbours.next && 'This is the last.'}
            onPress={() => neighbours.next?.()}
          />
        </>
      )}
      <IconButton
        label={`Download the original, ${formatBytes(asset.sizeBytes)}`}
        icon={Download}
        disabledBecause={needs('asset.download', 'download originals')}
        onPress={() => {
          location.href = originalUrl(asset.id);
        }}
      />
      <Menu label="More" trigger={<IconButton label="More" icon={Ellipsis} />}>
        <MenuItem
          icon={Layers}
          disabledBecause={needs('collection.update', 'change collections')}
          onAction={() => setOpen('collection')}
        >
          Add to a collection
        </MenuItem>
        <MenuItem icon={Pencil} disabledBecause={needs('asset.update', 'change assets')} onAction={() => setOpen('rename')}>
          Rename
        </MenuItem>
        <MenuItem icon={Gavel} disabledBecause={needs('hold.update', 'place legal holds')} onAction={() => setOpen('hold')}>
          Place under hold…
        </MenuItem>
        {asset.trashedAt ? (
          <MenuItem
            icon={Undo2}
            disabledBecause={needs('asset.delete', 'restore assets')}
            onAction={() => restore.mutate(these([asset.id]))}
          >
            Restore from the trash
          </MenuItem>
        ) : (
          <MenuItem
            icon={Trash2}
            danger
            disabledBecause={needs('asset.delete', 'remove assets')}
            onAction={() => trash.mutate(these([asset.id]), { onSuccess: leave })}
          >
            Move to the trash
          </MenuItem>
        )}
        {can('erasure.update') && (
          <MenuItem
            icon={Eraser}
            danger
            disabledBecause={needs('erasure.update', 'erase assets')}
            onAction={() => setOpen('erase')}
          >
            Erase for good…
          </MenuItem>
        )}
      </Menu>
      <Suspense>
        {open === 'collection' && (
          <CollectionPicker assets={these([asset.id])} onClose={() => setOpen(undefined)} onDone={() => setOpen(undefined)} />
        )}
        {open === 'hold' && <HoldAssets assets={these([asset.id])} onClose={() => setOpen(undefined)} />}
      </Suspense>
      {open === 'erase' && (
        <EraseSubject
          subject={{ kind: 'asset', id: asset.id, name: asset.name, confirm: asset.name }}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open === 'rename' && <RenameDialog asset={asset} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function RenameDialog({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const [name, setName] = useState(asset.name);
  const update = useUpdateAsset(asset.id);
  const trimmed = name.trim();
  return (
    <Dialog title="Rename" open onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed) update.mutate({ name: trimmed }, { onSuccess: onClose });
        }}
      >
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          maxLength={255}
          help="Only its name here; the original file stays as it is."
        />
        <DialogActions>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={update.isPending} disabledBecause={!trimmed && 'A name is needed.'}>
            Rename
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The way to the neighbours at the sides of the picture. The keys and the head do the same for those without a pointer. */
export function SideButtons({ neighbours }: { neighbours: Neighbours }) {
  return (
    <>
      {neighbours.previous && (
        <div className={classNames(styles.side, styles.previous)}>
          <button
            type="button"
            tabIndex={-1}
            aria-hidden
            onClick={neighbours.previous}
            style={{ border: 0, cursor: 'pointer' }}
          >
            <ChevronLeft style={{ margin: 'auto' }} />
          </button>
        </div>
      )}
      {neighbours.next && (
        <div className={classNames(styles.side, styles.next)}>
          <button type="button" tabIndex={-1} aria-hidden onClick={neighbours.next} style={{ border: 0, cursor: 'pointer' }}>
            <ChevronRight style={{ margin: 'auto' }} />
          </button>
        </div>
      )}
    </>
  );
}
