import { formatBytes, formatCount, formatSpan } from '../lib/format.ts';

/** Units of graphs: how a value is written, and where the scale ends whatever is measured. */
interface Unit {
  write(value: number): string;
  /** The end of the scale, where it is always the same. */
  top?: number;
  /** A scale of at least so much: less would make a mountain out of nothing. */
  least: number;
}

const short = (value: number) => (value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : formatCount(value));
const brief = (value: number) => (Number.isInteger(value) ? formatCount(value) : short(value));

export const units = {
  /** 100 is one CPU. */
  cpus: { write: (value) => `${(value / 100).toFixed(value < 9.5 ? 3 : 2)} CPUs`, least: 10 },
  percent: { write: (value) => `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`, least: 1 },
  share: { write: (value) => `${value < 9.95 ? value.toFixed(1) : Math.round(value)} %`, top: 100, least: 100 },
  bytes: { write: formatBytes, least: 1000 },
  bytesPerSecond: { write: (value) => `${formatBytes(value)}/s`, least: 1000 },
  celsius: { write: (value) => `${value.toFixed(1)} °C`, least: 50 },
  watts: { write: (value) => `${value.toFixed(1)} W`, least: 10 },
  count: { write: brief, least: 1 },
  perSecond: { write: (value) => `${brief(value)}/s`, least: 0.1 },
  seconds: { write: (value) => formatSpan(value * 1000), least: 0.01 },
} as const satisfies Record<string, Unit>;
export type UnitName = keyof typeof units;

/** The end of a scale that holds `most`: a round number of which half is one, too. */
export function topOf(unit: UnitName, most: number): number {
  const { least, ...rest } = units[unit];
  if ('top' in rest) return Math.max(rest.top, most);
  const wanted = Math.max(least, most);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 1.5, 2, 3, 4, 6, 8, 10].find((step) => step * power >= wanted * 0.999_999) ?? 10) * power;
}

/** A value of a scale: as values are written, without zeros behind the point. */
export function writeOnScale(unit: UnitName, value: number): string {
  return value === 0 ? '0' : units[unit].write(value).replace(/\.0+(?=\D|$)/, '');
}
