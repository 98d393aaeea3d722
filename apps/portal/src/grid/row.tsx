import { type MouseEvent, memo } from 'react';
import type { Tile } from '../api/types.ts';
import styles from './asset-grid.module.css';
import { layoutRatio } from './justified.ts';
import { tileEdges } from './navigate.ts';
import { isSelected, type Selection } from './selection.ts';
import { AssetTile } from './tile.tsx';

interface GridRowProps {
  /** Of the part of the month that the row lies in; replaced whenever they change. */
  tiles: readonly Tile[];
  /** Its first and last (exclusive) among `tiles`. */
  first: number;
  last: number;
  /** Index of the first in the whole list. */
  firstIndex: number;
  top: number;
  height: number;
  gap: number;
  selection: Selection;
  /** Index of the tile to which Tab leads, -1 where it is in another row. */
  reachable: number;
  wait: boolean;
  onPick: (index: number, range: boolean) => void;
  onOpen: (event: MouseEvent, index: number) => void;
  onFocus: (index: number) => void;
}

/** A row of tiles of one height. It is drawn again only when something of it changes, however far the list is scrolled. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { tiles, first, last, firstIndex, top, height, gap, selection, reachable, wait, onPick, onOpen, onFocus } = props;
  const edges = tileEdges((index) => tiles[index]?.aspectRatio ?? 1, first, last, height, gap);
  return (
    <div className={styles.row} role="row" style={{ top, height }}>
      {tiles.slice(first, last).map((tile, column) => (
        <AssetTile
          key={tile.id}
          tile={tile}
          index={firstIndex + column}
          column={column}
          left={edges[column] ?? 0}
          width={layoutRatio(tile.aspectRatio) * height}
          height={height}
          selected={isSelected(selection, tile.id)}
          reachable={reachable === firstIndex + column}
          wait={wait}
          onPick={onPick}
          onOpen={onOpen}
          onFocus={onFocus}
        />
      ))}
    </div>
  );
});
