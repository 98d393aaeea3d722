import type { PolicyChanges } from '../api/retention-queries.ts';
import type { Answer } from '../api/types.ts';
import { formatBytes, formatCounted, formatDay } from '../lib/format.ts';

export type Policy = Answer<'listRetentionPolicies'>['items'][number];
export type Preview = Answer<'previewRetention'>;
export type DeletionRun = Answer<'listDeletionRuns'>['items'][number];
export type Hold = Answer<'listHolds'>['items'][number];

const titles: Record<string, { title: string; from: string }> = {
  'original-image': { title: 'Pictures', from: 'from the day they were taken in' },
  'original-video': { title: 'Videos', from: 'from the day they were taken in' },
  'original-audio': { title: 'Recordings', from: 'from the day they were taken in' },
  'original-document': { title: 'Documents and texts', from: 'from the day they were taken in' },
  'original-other': { title: 'Other files', from: 'from the day they were taken in' },
  trash: { title: 'Trash', from: 'from the day they were put there' },
  'search-history': { title: 'What people searched for', from: 'from the last time' },
  session: { title: 'From where people were signed in', from: 'from the end of each session' },
  rendition: { title: 'Made of originals', from: '' },
  audit: { title: 'Audit', from: 'from the day of each entry; nothing goes while a legal hold stands' },
  'appliance-audit': { title: 'Audit of refused sign-ins and the setup', from: '' },
  logs: { title: 'Logs of the appliance', from: 'from the last line of each part; as long as any organisation wants them' },
  metrics: { title: 'How full tiers were', from: 'from each measurement; as long as any organisation wants them' },
  aggregates: { title: 'What moved between tiers', from: 'from the end of each move; as long as any organisation wants it' },
  personal: { title: 'Personal data', from: '' },
  revenue: { title: 'Revenue', from: '' },
  financial: { title: 'Financial records', from: '' },
};

/** The name of a class for people. */
export function titleOf(name: string): string {
  return titles[name]?.title ?? name;
}

/** From when the days of a class are counted. */
export function countedFrom(name: string): string {
  return titles[name]?.from ?? '';
}

/** `30 days`, `for ever`. */
export function keptInWords(keepDays: number | null): string {
  return keepDays === null ? 'for ever' : formatCounted(keepDays, 'day');
}

/** Days as typed: nothing is for ever; undefined where it is no number of days, or too small a one. */
export function readDays(typed: string, least = 1): number | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  const days = Number(text);
  return /^\d{1,5}$/.test(text) && days >= least && days <= 36_500 ? days : undefined;
}

/** What differs from the policies as they are; undefined where something typed is no number of days. */
export function changesOf(items: readonly Policy[], typed: Readonly<Record<string, string>>): PolicyChanges | undefined {
  const changes: Record<string, number | null> = {};
  for (const { class: name, keepDays, settable, leastDays } of items) {
    if (!settable || typed[name] === undefined) continue;
    const days = readDays(typed[name], leastDays ?? 1);
    if (days === undefined) return undefined;
    if (days !== keepDays) changes[name] = days;
  }
  return changes;
}

/** What policies would delete, in a sentence. */
export function previewInWords({ total, firstAt }: Pick<Preview, 'total' | 'firstAt'>): string {
  if (total.assets > 0)
    return `This would delete ${formatCounted(total.objects, 'object')} of ${formatCounted(total.assets, 'asset')}, ${formatBytes(total.bytes)}, the first on ${formatDay(String(firstAt))}.`;
  return firstAt ? `This would delete nothing yet; the first on ${formatDay(firstAt)}.` : 'This would delete nothing.';
}

/** What of something that is no asset would go, in a sentence; nothing where there is none. */
export function tracesInWords({
  class: name,
  entries,
  bytes,
  firstAt,
  keptBecause,
}: Preview['traces'][number]): string | undefined {
  if (entries === 0) return undefined;
  const first = firstAt ? `, the first of ${formatDay(firstAt)}` : '';
  const counted = `${titleOf(name)}: ${formatCounted(entries, 'entry', 'entries')}${sizeInWords(bytes)}${first}`;
  return keptBecause ? `${counted} would go, but stay. ${keptBecause}` : `${counted} would go.`;
}

/** How much there is now of what a policy is about. */
export function thereIsInWords({ assets, bytes, entries }: Pick<Policy, 'assets' | 'bytes' | 'entries'>): string {
  if (assets !== null) return `${formatCounted(assets, 'asset')}, ${formatBytes(bytes ?? 0)}`;
  return entries === null ? '–' : `${formatCounted(entries, 'earlier part')}${sizeInWords(bytes)}`;
}

function sizeInWords(bytes: number | null): string {
  return bytes ? `, ${formatBytes(bytes)}` : '';
}

/** What a run did. */
export function runInWords(run: DeletionRun): string {
  const parts = [`${formatCounted(run.deleted, 'asset')} deleted, ${formatBytes(run.deletedBytes)}`];
  if (run.spared > 0) parts.push(`${formatCounted(run.spared, 'asset')} spared`);
  if (run.failed > 0) parts.push(`${formatCounted(run.failed, 'asset')} failed`);
  for (const { class: name, removedEntries, removedBytes } of run.traces)
    if (removedEntries > 0)
      parts.push(`${titleOf(name)}: ${formatCounted(removedEntries, 'entry', 'entries')}${sizeInWords(removedBytes)}`);
  return parts.join(', ');
}

/** Whether a number typed to confirm is the one that is meant; spaces and separators aside. */
export function confirms(typed: string, count: number): boolean {
  return typed.replaceAll(/[\s.,'\u202f]/g, '') === String(count);
}
