import type { MemoryShare, ProgramSetting } from '../api/types.ts';
import { formatCount, formatCounted } from '../lib/format.ts';
import type { LimitKind } from './memory-address.ts';

/** What a limit does, in a word or two for its field and in a sentence. */
export const limitWords: Record<LimitKind, { title: string; means: string }> = {
  memoryMinMb: { title: 'Guaranteed', means: 'Never taken from it, whatever the others need.' },
  memoryHighMb: { title: 'Slowed above', means: 'Above this it is slowed down and has to give back.' },
  memoryMaxMb: { title: 'Ended above', means: 'Above this something of it is ended.' },
};

/** MB of 1024 × 1024 bytes as people read memory: 768 MiB, 23.4 GiB, 128 GiB. */
export function memoryText(mb: number): string {
  if (mb < 1024) return `${Math.round(mb)} MiB`;
  const gb = mb / 1024;
  return `${gb < 99.95 && !Number.isInteger(gb) ? gb.toFixed(1) : Math.round(gb)} GiB`;
}

/** How often a workload met its limits; undefined where it never did. */
export function eventsText({ events }: Pick<MemoryShare, 'events'>): string | undefined {
  if (!events) return undefined;
  const parts = [
    ...(events.high > 0 ? [`slowed ${formatCounted(events.high, 'time')}`] : []),
    ...(events.max > 0 ? [`at its limit ${formatCounted(events.max, 'time')}`] : []),
    ...(events.oomKill > 0 ? [`${formatCounted(events.oomKill, 'process', 'processes')} ended`] : []),
  ];
  return parts.join(', ') || undefined;
}

/** A setting's value with its unit, as the program takes it. */
export function settingText({ value, unit }: Pick<ProgramSetting, 'value' | 'unit'>): string {
  const one: Partial<Record<ProgramSetting['unit'], string>> = { processes: 'process' };
  if (unit === 'MB' || unit === 'kB') return `${formatCount(value)} ${unit}`;
  return value === 1 ? `1 ${one[unit] ?? unit.slice(0, -1)}` : `${formatCount(value)} ${unit}`;
}
