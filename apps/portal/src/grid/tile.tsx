import { CircleDashed, FileText, Play, Star, TriangleAlert } from 'lucide-react';
import { type MouseEvent, memo, type PointerEvent, useState } from 'react';
import type { Tile } from '../api/types.ts';
import { formatCaptureTime, formatClock, formatCounted } from '../lib/format.ts';
import { kindWords, stateWords } from '../lib/words.ts';
import { Thumb } from '../ui/thumb.tsx';
import styles from './asset-grid.module.css';
import { HoverStrip } from './hover-strip.tsx';

/** What an asset is, in one line for readers. */
export function tileName(tile: Tile): string {
  return [
    // What is seen on the tile comes first and in the order seen (WCAG 2.5.3, label in name).
    tile.name,
    tile.durationSeconds === null ? undefined : formatClock(tile.durationSeconds),
    tile.pageCount === null ? undefined : formatCounted(tile.pageCount, 'page'),
    kindWords[tile.kind].one,
    tile.rating === null ? undefined : formatCounted(tile.rating, 'star'),
    formatCaptureTime(tile.shownAt),
    tile.state === 'ready' ? undefined : stateWords[tile.state].word,
  ]
    .filter(Boolean)
    .join(', ');
}

interface TileProps {
  tile: Tile;
  index: number;
  left: number;
  width: number;
  height: number;
  selected: boolean;
  /** Whether Tab leads here: one tile of the grid at a time. */
  reachable: boolean;
  wait: boolean;
  column: number;
  onPick: (index: number, range: boolean) => void;
  onOpen: (event: MouseEvent, index: number) => void;
  onFocus: (index: number) => void;
}

/** One asset in the grid: a link to it, with a way to select it. */
export const AssetTile = memo(function AssetTile(props: TileProps) {
  const { tile, index, left, width, height, selected, reachable, wait, column, onPick, onOpen, onFocus } = props;
  const [hovered, setHovered] = useState(false);
  // Only where there is something to show under the pointer: tiles pass under it all the time while one scrolls.
  const hover = tile.pictures['hover-strip'] && {
    onPointerEnter: (event: PointerEvent) => event.pointerType === 'mouse' && setHovered(true),
    onPointerLeave: () => setHovered(false),
  };
  return (
    <div
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={selected}
      className={styles.tile}
      data-selected={selected ? '' : undefined}
      style={{ left, width, height }}
      {...hover}
    >
      {/* A plain link: the router's own works out its address and state for each of the hundreds of tiles that scroll by. */}
      <a
        href={`/assets/${tile.id}`}
        className={styles.link}
        aria-label={tileName(tile)}
        data-index={index}
        tabIndex={reachable ? 0 : -1}
        draggable={false}
        onClick={(event) => onOpen(event, index)}
        onFocus={() => onFocus(index)}
      >
        <Thumb subject={tile} wait={wait} edge={Math.max(width, height)} />
        {hovered && <HoverStrip tile={tile} />}
        {!tile.pictures.thumbnail && <span className={styles.caption}>{tile.name}</span>}
        <TileMarks tile={tile} />
      </a>
      <button
        type="button"
        role="checkbox"
        aria-checked={selected}
        aria-label={`Select ${tile.name}`}
        tabIndex={-1}
        className={styles.pickTile}
        onClick={(event) => onPick(index, event.shiftKey)}
      />
    </div>
  );
});

/** Drawn, not written: the link's name says the same in words. */
function TileMarks({ tile }: { tile: Tile }) {
  const { rating, pageCount, durationSeconds, state } = tile;
  const isMarked =
    rating !== null || pageCount !== null || durationSeconds !== null || state === 'processing' || state === 'partial';
  if (!isMarked) return null;
  return (
    <span className={styles.marks} aria-hidden>
      {rating !== null && (
        <span className={styles.mark} data-text={rating}>
          <Star fill="currentColor" />
        </span>
      )}
      {pageCount !== null && pageCount > 1 && (
        <span className={styles.mark} data-text={pageCount}>
          <FileText />
        </span>
      )}
      {durationSeconds !== null && (
        <span className={styles.mark} data-text={formatClock(durationSeconds)}>
          {tile.kind === 'video' && <Play fill="currentColor" />}
        </span>
      )}
      {state === 'processing' && (
        <span className={styles.mark}>
          <CircleDashed />
        </span>
      )}
      {state === 'partial' && (
        <span className={styles.mark}>
          <TriangleAlert />
        </span>
      )}
    </span>
  );
}
