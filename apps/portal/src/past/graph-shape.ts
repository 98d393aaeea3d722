import type { Answer } from '../api/types.ts';
import type { Graph } from './graphs.ts';
import { type Grid, indexAt } from './ranges.ts';

/** A line of a graph: a value for each point of the grid, null where nothing is known. */
export interface Line {
  name: string;
  colour: string;
  /** Lengths of dashes, where a colour comes a second time. */
  dash: string | undefined;
  values: readonly (number | null)[];
}

const colours = ['postgresql', 'video', 'api', 'redis', 'ml', 'other-1', 'other-2', 'other-4'].map(
  (name) => `var(--load-${name})`,
);
const dashes = [undefined, '6 3', '2 3'];

/** The lines of a graph in the order of their names, as many values each as the grid has points. */
export function linesOf(graph: Graph, { lines }: Pick<Answer<'getTelemetryHistory'>, 'lines'>, grid: Grid): Line[] {
  const named = lines.map(({ labels, points }) => ({ name: graph.nameOf(labels), labels, points }));
  named.sort((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }));
  const uses = new Map<string, number>();
  return named.map(({ name, labels, points }, index) => {
    const values = new Array<number | null>(grid.count).fill(null);
    for (const { at, value } of points) {
      const place = indexAt(grid, Date.parse(at));
      if (place !== undefined) values[place] = value;
    }
    const colour = graph.colourOf?.(labels) ?? colours[index % colours.length] ?? '';
    const used = uses.get(colour) ?? 0;
    uses.set(colour, used + 1);
    return { name, colour, dash: dashes[used % dashes.length], values };
  });
}

/** The path of a line in a field of `width` times `height`; broken where nothing is known, a dot where a point stands alone. */
export function pathOf(values: readonly (number | null)[], top: number, width: number, height: number): string {
  const x = (index: number) => ((index / Math.max(1, values.length - 1)) * width).toFixed(1);
  const y = (value: number) => (height * (1 - Math.min(1, Math.max(0, value / top)))).toFixed(1);
  const parts = values.map((value, index) => {
    if (value === null) return '';
    const begins = (values[index - 1] ?? null) === null;
    const isAlone = begins && (values[index + 1] ?? null) === null;
    return `${begins ? 'M' : 'L'}${x(index)} ${y(value)}${isAlone ? 'h0' : ''}`;
  });
  return parts.join('');
}

/** The largest value of all lines; 0 where there is none. */
export function mostOf(lines: readonly Line[]): number {
  return lines.reduce((most, { values }) => values.reduce<number>((top, value) => Math.max(top, value ?? 0), most), 0);
}

/** Where nothing at all is known within the grid, as from and to (inclusive) by point; gaps of the edges count. */
export function gapsOf(lines: readonly Line[], { count }: Grid): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    if (lines.some(({ values }) => (values[index] ?? null) !== null)) continue;
    const open = gaps.at(-1);
    if (open?.to === index - 1) open.to = index;
    else gaps.push({ from: index, to: index });
  }
  return gaps;
}
