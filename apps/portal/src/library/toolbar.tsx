import { CloudUpload, Grid2x2, Grid3x3, Trash2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { formatCount } from '../lib/format.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { assetKinds, kindWords } from '../lib/words.ts';
import { toggleInList } from '../search/search-address.ts';
import { useNeeds } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { kindIcons } from '../ui/thumb.tsx';
import { uploads } from '../uploads/upload-store.ts';
import { kindsOf, type LibraryAddress } from './library-address.ts';
import styles from './library-page.module.css';

/** Popovers are not part of the first paint. */
const FilterButton = lazy(() => import('./filter-button.tsx'));

/** Name and size of what is shown, its filters, its density, and the way to add to it. */
export function LibraryToolbar({
  title,
  total,
  address,
  collection,
  children,
  onChange,
}: {
  title: string;
  total: number | undefined;
  address: LibraryAddress;
  collection?: boolean;
  children?: ReactNode;
  onChange: (change: Partial<LibraryAddress>) => void;
}) {
  const needs = useNeeds();
  const kinds = kindsOf(address);
  return (
    <div className={styles.toolbar} data-named={collection ? '' : undefined}>
      <h1 className={styles.title} title={title}>
        {title}
      </h1>
      <span className={styles.count} role="status">
        {total === undefined ? '' : formatCount(total)}
      </span>
      <div className={styles.kinds} role="group" aria-label="Kinds">
        {assetKinds.slice(0, 4).map((kind) => {
          const Icon = kindIcons[kind];
          return (
            <button
              key={kind}
              type="button"
              className={styles.kind}
              aria-pressed={kinds.includes(kind)}
              aria-label={kindWords[kind].many}
              onClick={() => onChange({ kind: toggleInList(address.kind, kind) })}
            >
              <Icon aria-hidden />
              <span>{kindWords[kind].many}</span>
            </button>
          );
        })}
      </div>
      <Suspense fallback={<span className={styles.filterPlace} />}>
        <FilterButton address={address} collection={collection ?? false} onChange={onChange} />
      </Suspense>
      <span className={styles.push} />
      <DensityControl />
      {children}
      {address.trash ? (
        <Button icon={Trash2} onPress={() => onChange({ trash: undefined })}>
          Leave the trash
        </Button>
      ) : (
        <Button
          kind="primary"
          icon={CloudUpload}
          disabledBecause={needs('asset.create', 'add files')}
          aria-label="Upload"
          onPress={() => uploads.setOpen(true)}
        >
          <span className={styles.wideOnly}>Upload</span>
        </Button>
      )}
    </div>
  );
}

function DensityControl() {
  const { density } = usePreferences();
  return (
    <label className={`${styles.density} ${styles.densityBox}`}>
      <span className="seen-by-readers-only">Size of the pictures</span>
      <Grid3x3 aria-hidden />
      <input
        type="range"
        min={0}
        max={4}
        step={1}
        value={density}
        onChange={(event) => setPreferences({ density: Number(event.currentTarget.value) })}
      />
      <Grid2x2 aria-hidden />
    </label>
  );
}
