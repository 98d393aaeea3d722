import { HoldfastError } from '#kernel';
import { formatBytes, formatTable } from '../format.ts';

/** What GET /telemetry/history answers. */
export interface Past {
  metric: string;
  unit: string;
  stepSeconds: number;
  lines: { labels: Record<string, string>; points: { at: string; value: number }[] }[];
}

const secondsOf: Record<string, number> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds out of `90m`, `6h`, `1d` or `4w`. Throws PAST_SPAN_INVALID. */
export function readSpan(text: unknown): number {
  const [, count, unit] = /^(\d{1,4})([mhdw])$/.exec(String(text)) ?? [];
  const seconds = Number(count) * (secondsOf[unit ?? ''] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new HoldfastError('PAST_SPAN_INVALID', {
    kind: 'invalid',
    message: `${String(text)} is no span of time.`,
    action: 'Write minutes, hours, days or weeks: --last 90m, 6h, 1d, 4w.',
  });
}

const steps = '▁▂▃▄▅▆▇█';

/** A line drawn with letters, from the least to the most of all lines; a space where nothing was measured. */
export function spark(values: readonly (number | null)[], most: number): string {
  const letter = (value: number) => steps[Math.min(steps.length - 1, Math.floor((value / (most || 1)) * steps.length))];
  return values.map((value) => (value === null ? ' ' : letter(Math.max(0, value)))).join('');
}

function writer(unit: string): (value: number) => string {
  if (unit === 'bytes') return formatBytes;
  if (unit === 'bytes per second') return (value) => `${formatBytes(value)}/s`;
  const sign = { percent: ' %', 'degrees Celsius': ' °C', watts: ' W', seconds: ' s', 'per second': '/s' }[unit] ?? '';
  return (value) => `${Number.isInteger(value) ? value : value.toFixed(value < 10 ? 2 : 1)}${sign}`;
}

/** A metric as lines: what each line is of, how it went, its least, mean and most, and where it ended. */
export function pastLines({ unit, stepSeconds, lines }: Past, fromMs: number, untilMs: number): string[] {
  const write = writer(unit);
  const count = Math.floor((untilMs - fromMs) / (stepSeconds * 1000)) + 1;
  const known = lines.filter(({ points }) => points.length > 0);
  const most = Math.max(0, ...known.flatMap(({ points }) => points.map(({ value }) => value)));
  const rows = known.map(({ labels, points }) => {
    const values = new Array<number | null>(count).fill(null);
    for (const { at, value } of points) values[Math.round((Date.parse(at) - fromMs) / (stepSeconds * 1000))] = value;
    const numbers = points.map(({ value }) => value);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const figures = [Math.min(...numbers), mean, Math.max(...numbers), numbers.at(-1) ?? 0].map(write);
    return [Object.values(labels).join(' ') || 'all', spark(values, most), ...figures];
  });
  rows.sort(([left = ''], [right = '']) => left.localeCompare(right, 'en', { numeric: true }));
  return formatTable([['of', 'how it went', 'least', 'mean', 'most', 'last'], ...rows]);
}
