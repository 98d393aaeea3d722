import { estimateHeight, type JustifiedRow, type JustifyOptions, justify } from './justified.ts';

/** A month of the library: how many assets it holds and the aspect ratios of those loaded so far, from its start. */
export interface SectionInput {
  key: string;
  count: number;
  ratios: ArrayLike<number>;
}

/** A section as laid out. Rows lie relative to `top + headerHeight`. */
export interface SectionLayout {
  key: string;
  count: number;
  /** Index of its first asset in the whole list. */
  firstIndex: number;
  top: number;
  height: number;
  rows: JustifiedRow[];
  /** Top of each row below the header, in pixels; one longer than `rows`: the last is where unloaded assets begin. */
  rowTops: number[];
  /** Assets whose ratio is not known yet. */
  pending: number;
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
  reuse?: (input: SectionInput) => Pick<SectionLayout, 'rows' | 'rowTops' | 'pending' | 'height'> | undefined,
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

/** The inside of one section: its rows, and its height with header and the estimate for what is not loaded. */
export function layoutBody(
  input: SectionInput,
  options: GridOptions,
): Pick<SectionLayout, 'rows' | 'rowTops' | 'pending' | 'height'> {
  const loaded = Math.min(input.ratios.length, input.count);
  const pending = input.count - loaded;
  const rows = loaded > 0 ? justify(input.ratios, options) : [];
  const rowTops: number[] = [];
  let y = 0;
  for (const row of rows) {
    rowTops.push(y);
    y += row.height + options.gap;
  }
  rowTops.push(y);
  const rest = pending > 0 ? estimateHeight(pending, options.meanRatio, options) : 0;
  return { rows, rowTops, pending, height: options.headerHeight + y + rest };
}

/** Index of the last element of an ascending list that is not above `value`; 0 for values before the first. */
export function lastNotAbove(ascending: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The section that lies at a height. */
export function sectionAt(layout: GridLayout, y: number): number {
  let low = 0;
  let high = layout.sections.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.sections[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Sections and their rows that touch the window `from`–`to`, as half-open ranges. */
export interface VisibleSection {
  section: number;
  firstRow: number;
  lastRow: number;
}

export function visibleSections(layout: GridLayout, options: GridOptions, from: number, to: number): VisibleSection[] {
  const visible: VisibleSection[] = [];
  for (let index = sectionAt(layout, from); index < layout.sections.length; index += 1) {
    const section = layout.sections[index];
    if (!section || section.top > to) break;
    const inner = section.top + options.headerHeight;
    const firstRow = section.rows.length > 0 ? lastNotAbove(section.rowTops, from - inner) : 0;
    const lastRow = section.rows.length > 0 ? Math.min(section.rows.length, lastNotAbove(section.rowTops, to - inner) + 1) : 0;
    visible.push({ section: index, firstRow: Math.min(firstRow, section.rows.length), lastRow });
  }
  return visible;
}

/** Where an asset lies: its section and row. Undefined while it is not loaded. */
export function locate(layout: GridLayout, index: number): { section: number; row: number } | undefined {
  const found = lastSectionStartingBy(layout, index);
  const section = layout.sections[found];
  if (!section) return undefined;
  const inside = index - section.firstIndex;
  const row = section.rows.findIndex((candidate) => inside >= candidate.first && inside < candidate.last);
  return row < 0 ? undefined : { section: found, row };
}

/** The section that holds the asset with this index in the whole list. */
export function lastSectionStartingBy(layout: GridLayout, index: number): number {
  let low = 0;
  let high = layout.sections.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.sections[middle]?.firstIndex ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
