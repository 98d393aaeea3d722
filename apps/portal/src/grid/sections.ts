import { estimateHeight, type JustifiedRow, type JustifyOptions, justify } from './justified.ts';

/** A stretch of a section that is read by itself: how many assets it holds and the aspect ratios of those read so far, from its start. */
export interface PartInput {
  count: number;
  ratios: ArrayLike<number>;
}

/** A month of the library, in parts, so that one can begin in its middle. */
export interface SectionInput {
  key: string;
  count: number;
  parts: readonly PartInput[];
}

/** A row of a section; its assets count from the section's first. */
export interface SectionRow extends JustifiedRow {
  part: number;
}

/** Assets of one part that are not read yet: from where in the section, how many, and the room that is kept for them. */
export interface PendingStretch {
  part: number;
  first: number;
  count: number;
  top: number;
  height: number;
}

/** The inside of a section. Tops lie relative to `top + headerHeight`. */
export interface SectionBody {
  /** With the header. */
  height: number;
  rows: SectionRow[];
  rowTops: number[];
  partTops: number[];
  pending: PendingStretch[];
}

/** A section as laid out. */
export interface SectionLayout extends SectionBody {
  key: string;
  count: number;
  /** Index of its first asset in the whole list. */
  firstIndex: number;
  top: number;
}

export interface GridLayout {
  sections: SectionLayout[];
  height: number;
  total: number;
}

export interface GridOptions extends JustifyOptions {
  headerHeight: number;
  /** Mean ratio for assets not loaded yet. */
  meanRatio: number;
}

/** Lays out all sections below each other. Sections whose input is unchanged can be passed in `reuse` to save work. */
export function layoutSections(
  inputs: readonly SectionInput[],
  options: GridOptions,
  reuse?: (input: SectionInput) => SectionBody | undefined,
): GridLayout {
  const sections: SectionLayout[] = [];
  let top = 0;
  let firstIndex = 0;
  for (const input of inputs) {
    const body = reuse?.(input) ?? layoutBody(input, options);
    sections.push({ key: input.key, count: input.count, firstIndex, top, ...body });
    top += body.height;
    firstIndex += input.count;
  }
  return { sections, height: top, total: firstIndex };
}

/** The inside of one section: its rows, and room for what is not read yet. */
export function layoutBody(input: SectionInput, options: GridOptions): SectionBody {
  const rows: SectionRow[] = [];
  const rowTops: number[] = [];
  const partTops: number[] = [];
  const pending: PendingStretch[] = [];
  let first = 0;
  let y = 0;
  for (const [part, { count, ratios }] of input.parts.entries()) {
    partTops.push(y);
    const loaded = Math.min(ratios.length, count);
    const isFollowed = loaded === count && part < input.parts.length - 1;
    for (const row of justify(ratios, options, loaded, isFollowed)) {
      rows.push({ first: first + row.first, last: first + row.last, height: row.height, part });
      rowTops.push(y);
      y += row.height + options.gap;
    }
    if (loaded < count) {
      const height = estimateHeight(count - loaded, options.meanRatio, options);
      pending.push({ part, first: first + loaded, count: count - loaded, top: y, height });
      y += height;
    }
    first += count;
  }
  return { rows, rowTops, partTops, pending, height: options.headerHeight + y };
}

/** Index of the last element of an ascending list that is not above `value`; 0 for values before the first. */
export function lastNotAbove(ascending: ArrayLike<number>, value: number): number {
  return lastBy(ascending.length, (index) => (ascending[index] ?? 0) <= value);
}

/** The last of so many places that still fulfils a condition which holds from the start up to some place; 0 where none does. */
function lastBy(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The section that lies at a height. */
export function sectionAt(layout: GridLayout, y: number): number {
  return lastBy(layout.sections.length, (index) => (layout.sections[index]?.top ?? 0) <= y);
}

/** Sections and what of them touches the window `from`–`to`: rows as a half-open range, and what is still to be read. */
export interface VisibleSection {
  section: number;
  firstRow: number;
  lastRow: number;
  pending: PendingStretch[];
}

export function visibleSections(layout: GridLayout, options: GridOptions, from: number, to: number): VisibleSection[] {
  const visible: VisibleSection[] = [];
  for (let index = sectionAt(layout, from); index < layout.sections.length; index += 1) {
    const section = layout.sections[index];
    if (!section || section.top > to) break;
    const { rows, rowTops } = section;
    const inner = section.top + options.headerHeight;
    const firstRow = rows.length > 0 ? lastNotAbove(rowTops, from - inner) : 0;
    const lastRow = rows.length > 0 ? lastNotAbove(rowTops, to - inner) + 1 : 0;
    const pending = section.pending.filter(({ top, height }) => inner + top < to && inner + top + height > from);
    visible.push({ section: index, firstRow, lastRow, pending });
  }
  return visible;
}

/** Where an asset lies: its section and row. Undefined while it is not loaded. */
export function locate(layout: GridLayout, index: number): { section: number; row: number } | undefined {
  const found = lastSectionStartingBy(layout, index);
  const section = layout.sections[found];
  if (!section) return undefined;
  const inside = index - section.firstIndex;
  const row = lastBy(section.rows.length, (candidate) => (section.rows[candidate]?.first ?? 0) <= inside);
  const { first = 0, last = 0 } = section.rows[row] ?? {};
  return inside >= first && inside < last ? { section: found, row } : undefined;
}

/** The section that holds the asset with this index in the whole list. */
export function lastSectionStartingBy(layout: GridLayout, index: number): number {
  return lastBy(layout.sections.length, (candidate) => (layout.sections[candidate]?.firstIndex ?? 0) <= index);
}
