import { type MouseEvent, memo, useMemo } from 'react';
import { formatCount, formatMonth } from '../lib/format.ts';
import type { Month } from '../library/library-data.ts';
import { Checkbox } from '../ui/field.tsx';
import { ErrorState } from '../ui/states.tsx';
import styles from './asset-grid.module.css';
import { layoutRatio } from './justified.ts';
import { tileEdges } from './navigate.ts';
import type { GridOptions, SectionLayout } from './sections.ts';
import { AssetTile } from './tile.tsx';

interface GridSectionProps {
  month: Month;
  place: SectionLayout;
  options: GridOptions;
  firstRow: number;
  lastRow: number;
  /** Grows whenever any month changes; months are changed in place. */
  version: number;
  selected: ReadonlySet<string>;
  reachable: number;
  wait: boolean;
  onPick: (index: number, range: boolean) => void;
  onOpen: (event: MouseEvent, index: number) => void;
  onFocus: (index: number) => void;
  onToggleAll: (key: string) => void;
  onRetry: () => void;
}

/** A month: its header, which stays in sight, and those of its rows that are near the window. */
export const GridSection = memo(function GridSection(props: GridSectionProps) {
  const { month, place, options, firstRow, lastRow, selected, onToggleAll } = props;
  const picked = useMemo(() => month.tiles.filter((tile) => selected.has(tile.id)).length, [month.tiles, selected]);
  const pendingTop = options.headerHeight + (place.rowTops.at(-1) ?? 0);
  const title = formatMonth(place.key);
  return (
    <div className={styles.section} style={{ top: place.top, height: place.height }} role="rowgroup" aria-label={title}>
      <div className={styles.header} role="row">
        <div role="rowheader" className={styles.headerCell}>
          {title} <span className={styles.count}>{formatCount(place.count)}</span>
          <span className={styles.pick}>
            <Checkbox
              label={<span className="seen-by-readers-only">Select all of {title}</span>}
              checked={picked > 0 && picked === place.count}
              partly={picked > 0 && picked < place.count}
              onChange={() => onToggleAll(place.key)}
            />
          </span>
        </div>
      </div>
      {place.rows.slice(firstRow, lastRow).map((row, offset) => (
        <GridRow key={row.first} {...props} rowIndex={firstRow + offset} />
      ))}
      {place.pending > 0 && month.error === undefined && (
        // Another element for each stretch: one that is filled goes away, it does not move.
        <Pending key={place.rows.length} top={pendingTop} height={place.height - pendingTop} options={options} />
      )}
      {month.error !== undefined && place.pending > 0 && (
        <div className={styles.failed} style={{ top: pendingTop }} role="presentation">
          <ErrorState compact error={month.error} what={`${title} could not be read`} onRetry={props.onRetry} />
        </div>
      )}
    </div>
  );
});

function GridRow({
  month,
  place,
  options,
  rowIndex,
  selected,
  reachable,
  wait,
  onPick,
  onOpen,
  onFocus,
}: GridSectionProps & { rowIndex: number }) {
  const row = place.rows[rowIndex];
  if (!row) return null;
  const edges = tileEdges(month.ratios, row.first, row.last, row.height, options.gap);
  return (
    <div
      className={styles.row}
      role="row"
      style={{ top: options.headerHeight + (place.rowTops[rowIndex] ?? 0), height: row.height }}
    >
      {month.tiles.slice(row.first, row.last).map((tile, column) => {
        const index = place.firstIndex + row.first + column;
        return (
          <AssetTile
            key={tile.id}
            tile={tile}
            index={index}
            column={column}
            left={edges[column] ?? 0}
            width={layoutRatio(tile.aspectRatio) * row.height}
            height={row.height}
            selected={selected.has(tile.id)}
            reachable={reachable === index}
            wait={wait}
            onPick={onPick}
            onOpen={onOpen}
            onFocus={onFocus}
          />
        );
      })}
    </div>
  );
}

/** Rows that are on their way, as grey tiles of the usual shape drawn by one background. */
function Pending({ top, height, options }: { top: number; height: number; options: GridOptions }) {
  const width = Math.round(options.targetHeight * options.meanRatio);
  const columns = `repeating-linear-gradient(to right, transparent 0 ${width}px, var(--desk) ${width}px ${width + options.gap}px)`;
  const rows = `repeating-linear-gradient(to bottom, var(--hover) 0 ${options.targetHeight}px, transparent ${options.targetHeight}px ${options.targetHeight + options.gap}px)`;
  return <div className={styles.pending} aria-hidden style={{ top, height, backgroundImage: `${columns}, ${rows}` }} />;
}
