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
  audit: { title: 'Audit', from: '' },
  logs: { title: 'Logs', from: '' },
  metrics: { title: 'Metrics', from: '' },
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

/** Days as typed: nothing is for ever; undefined where it is no number of days. */
export function readDays(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  const days = Number(text);
  return /^\d{1,5}$/.test(text) && days >= 1 && days <= 36_500 ? days : undefined;
}

/** What differs from the policies as they are; undefined where something typed is no number of days. */
export function changesOf(items: readonly Policy[], typed: Readonly<Record<string, string>>): PolicyChanges | undefined {
  const changes: Record<string, number | null> = {};
  for (const { class: name, keepDays, settable } of items) {
    if (!settable || typed[name] === undefined) continue;
    const days = readDays(typed[name]);
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

/** What a run did. */
export function runInWords(run: DeletionRun): string {
  const parts = [`${formatCounted(run.deleted, 'asset')} deleted, ${formatBytes(run.deletedBytes)}`];
  if (run.spared > 0) parts.push(`${formatCounted(run.spared, 'asset')} spared`);
  if (run.failed > 0) parts.push(`${formatCounted(run.failed, 'asset')} failed`);
  if (run.deletedTraces > 0) parts.push(`${formatCounted(run.deletedTraces, 'entry', 'entries')} of history forgotten`);
  return parts.join(', ');
}

/** Whether a number typed to confirm is the one that is meant; spaces and separators aside. */
export function confirms(typed: string, count: number): boolean {
  return typed.replaceAll(/[\s.,'\u202f]/g, '') === String(count);
}
