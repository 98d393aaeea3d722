import { type MouseEvent, memo, useMemo } from 'react';
import { formatCount, formatMonth } from '../lib/format.ts';
import { type Month, partsBetween } from '../library/month-parts.ts';
import { Checkbox } from '../ui/field.tsx';
import { ErrorState } from '../ui/states.tsx';
import styles from './asset-grid.module.css';
import { GridRow } from './row.tsx';
import type { GridOptions, PendingStretch, SectionLayout, VisibleSection } from './sections.ts';
import { type Selection, shareSelected } from './selection.ts';

interface GridSectionProps {
  month: Month;
  place: SectionLayout;
  options: GridOptions;
  visible: VisibleSection;
  /** Grows whenever any month changes; months are changed in place. */
  version: number;
  selection: Selection;
  reachable: number;
  wait: boolean;
  onPick: (index: number, range: boolean) => void;
  onOpen: (event: MouseEvent, index: number) => void;
  onFocus: (index: number) => void;
  onToggleAll: (key: string) => void;
  onRetry: (key: string, part: number) => void;
}

/** A month: its header, which stays in sight, and those of its rows that are near the window. */
export const GridSection = memo(function GridSection(props: GridSectionProps) {
  const { month, place, options, visible, onRetry } = props;
  const title = formatMonth(place.key);
  return (
    <div className={styles.section} style={{ top: place.top, height: place.height }} role="rowgroup" aria-label={title}>
      <SectionHeader {...props} title={title} />
      <SectionRows {...props} />
      {visible.pending.map((stretch) => {
        const error = month.parts[stretch.part]?.error;
        const top = options.headerHeight + stretch.top;
        if (error === undefined)
          // Another element for each stretch: one that is filled goes away, it does not move.
          return <Pending key={`${stretch.first}:${stretch.count}`} stretch={stretch} top={top} options={options} />;
        return (
          <div key={stretch.first} className={styles.failed} style={{ top }} role="presentation">
            <ErrorState
              compact
              error={error}
              what={`${title} could not be read`}
              onRetry={() => onRetry(place.key, stretch.part)}
            />
          </div>
        );
      })}
    </div>
  );
});

function SectionHeader({ month, place, version, selection, title, onToggleAll }: GridSectionProps & { title: string }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the month's content
  const known = useMemo(() => month.parts.flatMap((part) => part.tiles.map((tile) => tile.id)), [month, version]);
  const share = useMemo(() => shareSelected(selection, known, place.count), [selection, known, place.count]);
  return (
    <div className={styles.header} role="row">
      <div role="rowheader" className={styles.headerCell}>
        {title} <span className={styles.count}>{formatCount(place.count)}</span>
        <span className={styles.pick}>
          <Checkbox
            label={<span className="seen-by-readers-only">Select all of {title}</span>}
            checked={share === 'all'}
            partly={share === 'some'}
            onChange={() => onToggleAll(place.key)}
          />
        </span>
      </div>
    </div>
  );
}

function SectionRows({
  month,
  place,
  options,
  visible,
  selection,
  reachable,
  wait,
  onPick,
  onOpen,
  onFocus,
}: GridSectionProps) {
  return place.rows.slice(visible.firstRow, visible.lastRow).map((row, offset) => {
    const [placed] = partsBetween(month, row.first, row.last);
    if (!placed) return null;
    const firstIndex = place.firstIndex + row.first;
    const isReachable = reachable >= firstIndex && reachable < place.firstIndex + row.last;
    return (
      <GridRow
        key={row.first}
        tiles={placed.part.tiles}
        first={row.first - placed.first}
        last={row.last - placed.first}
        firstIndex={firstIndex}
        top={options.headerHeight + (place.rowTops[visible.firstRow + offset] ?? 0)}
        height={row.height}
        gap={options.gap}
        selection={selection}
        reachable={isReachable ? reachable : -1}
        wait={wait}
        onPick={onPick}
        onOpen={onOpen}
        onFocus={onFocus}
      />
    );
  });
}

/** Rows that are on their way, as grey tiles of the usual shape drawn by one background. */
function Pending({ stretch, top, options }: { stretch: PendingStretch; top: number; options: GridOptions }) {
  const { targetHeight, gap } = options;
  const width = Math.round(targetHeight * options.meanRatio);
  const columns = `repeating-linear-gradient(to right, transparent 0 ${width}px, var(--desk) ${width}px ${width + gap}px)`;
  const rows = `repeating-linear-gradient(to bottom, var(--hover) 0 ${targetHeight}px, transparent ${targetHeight}px ${targetHeight + gap}px)`;
  return (
    <div
      className={styles.pending}
      aria-hidden
      style={{ top, height: stretch.height, backgroundImage: `${columns}, ${rows}` }}
    />
  );
}
