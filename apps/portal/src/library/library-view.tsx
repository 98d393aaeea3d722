import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { CloudUpload, FilterX, Trash2 } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { AssetSet } from '../actions/asset-set.ts';
import { timelineQuery } from '../api/queries.ts';
import type { AssetFilter } from '../api/types.ts';
import { AssetGrid } from '../grid/asset-grid.tsx';
import { everythingSelected, isSelected, nothingSelected, type Selection, selectedOf } from '../grid/selection.ts';
import { GridSkeleton } from '../grid/skeleton.tsx';
import { setBrowseContext } from '../lib/browse.ts';
import { usePreferences } from '../lib/preferences.ts';
import { useTitle } from '../lib/use-title.ts';
import { useCan } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState } from '../ui/states.tsx';
import { FileChooser } from '../uploads/file-chooser.tsx';
import { FilterChips } from './filter-chips.tsx';
import { filterCount, type LibraryAddress } from './library-address.ts';
import { libraryData } from './library-data.ts';
import styles from './library-page.module.css';
import { listIds } from './list-ids.ts';
import { SelectionBar } from './selection-bar.tsx';
import { LibraryToolbar } from './toolbar.tsx';
import { TrashNote } from './trash-note.tsx';

interface LibraryViewProps {
  title: string;
  address: LibraryAddress;
  filter: AssetFilter;
  collection?: { id: string; name: string } | undefined;
  /** More actions for the toolbar. */
  actions?: ReactNode;
  /** What to say when there is nothing and no filter is to blame. */
  empty: ReactNode;
  onChange: (change: Partial<LibraryAddress>) => void;
}

/** A list of assets with its toolbar, filters, grid and selection: the library, a collection or the trash. */
export function LibraryView({ title, address, filter, collection, actions, empty, onChange }: LibraryViewProps) {
  useTitle(title);
  const navigate = useNavigate();
  const href = useRouterState({ select: (state) => state.location.href });
  const { density } = usePreferences();
  const filterKey = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the filter's content
  const data = useMemo(() => libraryData(filter), [filterKey]);
  const timeline = useQuery(timelineQuery(filter));
  useSyncExternalStore(data.subscribe, data.snapshot);
  const [selection, setSelection] = useState<Selection>(nothingSelected);

  useEffect(() => {
    if (timeline.data) data.setTimeline(timeline.data);
  }, [timeline.data, data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list means another selection
  useEffect(() => setSelection(nothingSelected), [data]);

  const open = useCallback(
    (index: number) => {
      const tile = data.tileAt(index);
      if (!tile) return;
      setBrowseContext({
        title,
        href,
        total: () => data.total,
        indexOf: (id) => data.indexOf(id),
        idAt: async (at) => (await data.loadTileAt(at))?.id,
      });
      void navigate({ to: '/assets/$assetId', params: { assetId: tile.id } });
    },
    [data, href, navigate, title],
  );

  const gone = (ids: readonly string[]) => {
    data.remove(new Set(ids));
    setSelection(nothingSelected);
  };
  const selectedCount = selectedOf(selection, data.total);
  const assets: AssetSet = {
    count: selectedCount,
    read: async (onRead, signal) => {
      if (!selection.inverted) return [...selection.ids];
      const all = await listIds(filter, { skip: 0, count: Number.POSITIVE_INFINITY }, onRead, signal);
      return all.filter((id) => isSelected(selection, id));
    },
  };
  const filtered = filterCount(address) - (collection ? 1 : 0) > 0;
  const known = data.ready || timeline.isSuccess;
  return (
    <div className={styles.page}>
      {selectedCount > 0 ? (
        <SelectionBar
          title={title}
          assets={assets}
          total={data.total}
          inTrash={address.trash ?? false}
          collection={collection}
          onClear={() => setSelection(nothingSelected)}
          onAll={() => setSelection(everythingSelected)}
          onGone={gone}
        />
      ) : (
        <LibraryToolbar
          title={title}
          total={known ? data.total : undefined}
          address={address}
          collection={Boolean(collection)}
          onChange={onChange}
        >
          {actions}
        </LibraryToolbar>
      )}
      <FilterChips address={address} hidden={collection ? ['collection'] : []} onChange={onChange} />
      {address.trash && <TrashNote />}
      {timeline.isError && !data.ready && (
        <ErrorState error={timeline.error} what={`${title} could not be read`} onRetry={() => void timeline.refetch()} />
      )}
      {timeline.isPending && !data.ready && <GridSkeleton density={density} />}
      {known && data.total > 0 && (
        <AssetGrid label={title} data={data} density={density} selection={selection} onSelection={setSelection} onOpen={open} />
      )}
      {known && data.ready && data.total === 0 && (filtered ? <NothingFits onClear={() => onChange(clearedFilters)} /> : empty)}
    </div>
  );
}

const clearedFilters: Partial<LibraryAddress> = {
  kind: undefined,
  state: undefined,
  from: undefined,
  to: undefined,
  tag: undefined,
  collection: undefined,
  minRating: undefined,
  orientation: undefined,
  camera: undefined,
};

function NothingFits({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={FilterX}
      title="Nothing fits these filters"
      actions={<Button onPress={onClear}>Clear the filters</Button>}
    >
      Every filter must fit at once. Take one off, or clear them all.
    </EmptyState>
  );
}

/** What the library says before anything is in it. */
export function EmptyLibrary() {
  const may = useCan()('asset.create');
  return (
    <EmptyState icon={CloudUpload} title="The library is empty" actions={may && <FileChooser primary />}>
      {may
        ? 'Drop photos, videos, audio and documents anywhere on this page. The appliance keeps the originals untouched, and soon finds them by what they show, say and read.'
        : 'Nobody has added anything yet. As soon as someone does, it appears here.'}
    </EmptyState>
  );
}

/** What the trash says while nothing is in it. */
export function EmptyTrash() {
  return (
    <EmptyState icon={Trash2} title="The trash is empty">
      Assets that are moved to the trash wait here and can be restored.
    </EmptyState>
  );
}
