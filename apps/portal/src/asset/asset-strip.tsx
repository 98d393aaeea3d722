import { Link } from '@tanstack/react-router';
import type { AssetKind, Tile } from '../api/types.ts';
import { layoutRatio } from '../grid/justified.ts';
import { Thumb } from '../ui/thumb.tsx';
import styles from './tabs.module.css';

interface StripTile {
  id: string;
  name: string;
  aspectRatio: number;
  thumbhash: string | null;
  pictures: Tile['pictures'];
  /** Said below the picture: why it is here. */
  note?: string | undefined;
}

/** A few assets side by side in rows of one height. */
export function AssetStrip({
  tiles,
  label,
}: {
  tiles: readonly (StripTile & ({ kind: AssetKind } | { type: AssetKind }))[];
  label: string;
}) {
  return (
    <ul className={styles.similar} aria-label={label}>
      {tiles.map((tile) => {
        const ratio = layoutRatio(tile.aspectRatio);
        return (
          <li key={tile.id} style={{ flex: `${ratio} 1 ${ratio * 96}px`, maxWidth: ratio * 190 }}>
            <Link
              to="/assets/$assetId"
              params={{ assetId: tile.id }}
              className={styles.similarTile}
              style={{ display: 'block' }}
              aria-label={tile.name}
              title={tile.name}
            >
              <Thumb subject={{ ...tile, kind: 'kind' in tile ? tile.kind : tile.type }} />
            </Link>
            {tile.note && <p className={styles.similarNote}>{tile.note}</p>}
          </li>
        );
      })}
    </ul>
  );
}
