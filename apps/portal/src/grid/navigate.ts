import { layoutRatio } from './justified.ts';
import { type GridLayout, lastSectionStartingBy, locate } from './sections.ts';

export type Direction = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'rowStart' | 'rowEnd';

/** Left edge of each tile of a row, in pixels, and the edge after the last. */
export function tileEdges(
  ratioAt: (index: number) => number,
  first: number,
  last: number,
  height: number,
  gap: number,
): number[] {
  const edges: number[] = [];
  let x = 0;
  for (let index = first; index < last; index += 1) {
    edges.push(x);
    x += layoutRatio(ratioAt(index)) * height + gap;
  }
  edges.push(x - gap);
  return edges;
}

/**
 * The asset that an arrow key leads to from `index`. Up and down keep to the column: they choose the tile over or under the
 * middle. At the border of what is loaded they fall back to the next in order, which makes it load.
 */
export function neighbourOf(
  layout: GridLayout,
  ratiosOf: (section: number) => (index: number) => number,
  index: number,
  direction: Direction,
  gap: number,
): number {
  const last = layout.total - 1;
  const clamp = (value: number) => Math.min(last, Math.max(0, value));
  if (direction === 'left') return clamp(index - 1);
  if (direction === 'right') return clamp(index + 1);
  if (direction === 'start') return 0;
  if (direction === 'end') return last;
  const place = locate(layout, index);
  const section = place && layout.sections[place.section];
  const row = section?.rows[place?.row ?? 0];
  if (!place || !section || !row) return clamp(direction === 'up' || direction === 'rowStart' ? index - 1 : index + 1);
  if (direction === 'rowStart') return section.firstIndex + row.first;
  if (direction === 'rowEnd') return section.firstIndex + row.last - 1;
  const edges = tileEdges(ratiosOf(place.section), row.first, row.last, row.height, gap);
  const inRow = index - section.firstIndex - row.first;
  const middle = ((edges[inRow] ?? 0) + (edges[inRow + 1] ?? 0) - gap) / 2;
  const step = direction === 'up' ? -1 : 1;
  const border = clamp(section.firstIndex + (step < 0 ? row.first - 1 : row.last));
  const target = locate(layout, border);
  const targetSection = target && layout.sections[target.section];
  const targetRow = targetSection?.rows[target?.row ?? 0];
  if (!target || !targetSection || !targetRow || border === index) return border;
  if (target.section === place.section && target.row === place.row) return index;
  const targetEdges = tileEdges(ratiosOf(target.section), targetRow.first, targetRow.last, targetRow.height, gap);
  let found = 0;
  while (found < targetRow.last - targetRow.first - 1 && (targetEdges[found + 1] ?? 0) <= middle) found += 1;
  return targetSection.firstIndex + targetRow.first + found;
}

/** Scroll offset that brings a row into view with its header's height kept free; unchanged when it is in view already. */
export function scrollToShow(
  rowTop: number,
  rowHeight: number,
  scrollTop: number,
  viewport: number,
  headerHeight: number,
): number {
  if (rowTop - headerHeight < scrollTop) return Math.max(0, rowTop - headerHeight);
  if (rowTop + rowHeight > scrollTop + viewport) return rowTop + rowHeight - viewport + 8;
  return scrollTop;
}

/** Top of the row that holds an asset; of its section's unloaded part when it is not loaded. */
export function topOf(layout: GridLayout, index: number, headerHeight: number): { top: number; height: number } {
  const place = locate(layout, index);
  const section = layout.sections[place ? place.section : lastSectionStartingBy(layout, index)];
  if (!section) return { top: 0, height: 0 };
  const inner = section.top + headerHeight;
  if (place) return { top: inner + (section.rowTops[place.row] ?? 0), height: section.rows[place.row]?.height ?? 0 };
  const inside = index - section.firstIndex;
  const stretch = section.pending.find(({ first, count }) => inside >= first && inside < first + count);
  if (!stretch) return { top: inner, height: 0 };
  return { top: inner + stretch.top + (stretch.height * (inside - stretch.first)) / stretch.count, height: 0 };
}
