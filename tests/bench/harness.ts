/** One measured comparison: our way against the raw tool, in one run. */
export interface Row {
  what: string;
  /** The product's figure and the raw tool's, in `unit`. */
  ours: number;
  raw: number;
  unit: string;
  /** ours ÷ raw for rates, and the spread of that ratio over the rounds (largest minus smallest). */
  ratio: number;
  spread: number;
  /** What we aim at, in words: "≥ 0.9". */
  goal: string;
  reached: boolean;
}

export interface Comparison {
  what: string;
  unit: string;
  /** The aim for the median ratio. */
  goal: { atLeast: number } | { atMost: number };
  /** One round of each; answers the figure in `unit`. */
  ours: () => Promise<number>;
  raw: () => Promise<number>;
  rounds?: number;
}

/** The middle value of an odd number of figures, the mean of the middle two otherwise. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The value below which the share `fraction` of the figures lies. */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] as number;
}

/** Alternates raw and ours (A-B-A-B) after one unmeasured round of each, so that both see the same machine; the median of the ratios counts. */
export async function compare({ what, unit, goal, ours, raw, rounds = 5 }: Comparison): Promise<Row> {
  await raw();
  await ours();
  const pairs: { ours: number; raw: number }[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ raw: await raw(), ours: await ours() });
  const ratios = pairs.map((pair) => pair.ours / pair.raw);
  const ratio = median(ratios);
  const spread = Math.max(...ratios) - Math.min(...ratios);
  return {
    what,
    unit,
    ours: median(pairs.map((pair) => pair.ours)),
    raw: median(pairs.map((pair) => pair.raw)),
    ratio,
    spread,
    goal: 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`,
    reached: 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost,
  };
}

const columns = ['what', 'ours', 'raw', 'unit', 'ratio', 'spread', 'goal', ''] as const;

/** Prints comparisons as a table that fits a terminal and a Markdown page alike. */
export function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.what,
    figure(row.ours),
    figure(row.raw),
    row.unit,
    row.ratio.toFixed(2),
    row.spread.toFixed(2),
    row.goal,
    row.reached ? 'reached' : 'missed',
  ]);
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((line) => line[index]?.length ?? 0)));
  const print = (line: readonly string[]) =>
    console.log(`| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`);
  print(columns);
  print(widths.map((width) => '-'.repeat(width)));
  for (const line of cells) print(line);
}

function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}
