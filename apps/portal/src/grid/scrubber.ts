import type { GridLayout } from './sections.ts';
import { sectionAt } from './sections.ts';

/** A label on the scrubber's ruler: a year where its first month begins. */
export interface YearMark {
  year: string;
  /** Position on the ruler, 0 top to 1 bottom. */
  at: number;
}

/** A month on the ruler, with its density against the fullest month. */
export interface MonthTick {
  key: string;
  at: number;
  span: number;
  density: number;
}

/** Position of a scroll offset on the ruler: what lies at the top of the window. */
export function positionOfScroll(scrollTop: number, height: number, viewport: number): number {
  const room = Math.max(1, height - viewport);
  return Math.min(1, Math.max(0, scrollTop / room));
}

/** The scroll offset for a position on the ruler. */
export function scrollOfPosition(position: number, height: number, viewport: number): number {
  return Math.min(1, Math.max(0, position)) * Math.max(0, height - viewport);
}

/** Months as ticks on the ruler. */
export function monthTicks(layout: GridLayout): MonthTick[] {
  const fullest = Math.max(1, ...layout.sections.map((section) => section.count));
  return layout.sections.map((section) => ({
    key: section.key,
    at: layout.height > 0 ? section.top / layout.height : 0,
    span: layout.height > 0 ? section.height / layout.height : 0,
    // The square root keeps a month of ten visible beside a month of ten thousand.
    density: Math.sqrt(section.count / fullest),
  }));
}

/** Years as labels, leaving out those that would come nearer to the one above than `minimumGap` (0..1). */
export function yearMarks(ticks: readonly MonthTick[], minimumGap: number): YearMark[] {
  const marks: YearMark[] = [];
  let seen = '';
  for (const tick of ticks) {
    const year = tick.key.slice(0, 4);
    if (year === seen) continue;
    seen = year;
    const above = marks.at(-1);
    if (!above || tick.at - above.at >= minimumGap) marks.push({ year, at: tick.at });
  }
  return marks;
}

/** The month at a position of the ruler. */
export function monthAt(layout: GridLayout, position: number, viewport: number): string | undefined {
  return layout.sections[monthIndexAt(layout, position, viewport)]?.key;
}

/** The same, by its place among the months. */
export function monthIndexAt(layout: GridLayout, position: number, viewport: number): number {
  return sectionAt(layout, scrollOfPosition(position, layout.height, viewport) + 1);
}

/** The month `steps` further down (negative: up), and the scroll offset where it begins. */
export function stepMonth(layout: GridLayout, scrollTop: number, steps: number): number {
  const current = sectionAt(layout, scrollTop + 1);
  const target = Math.min(layout.sections.length - 1, Math.max(0, current + steps));
  return layout.sections[target]?.top ?? 0;
}
