import type { AnswerOf } from '#kernel';
import type { DeletionRunAnswer, HoldAnswer, listRetentionPolicies, previewRetention } from '#media';
import { formatBytes, formatInstant, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { keptInWords } from './policy-words.ts';

type PreviewTraces = AnswerOf<typeof previewRetention>['traces'][number];

const count = (amount: number) => amount.toLocaleString('en');

/** The policies as a table, and when what is due goes. */
export function sayPolicies({ items, nextRunAt, lastRun }: AnswerOf<typeof listRetentionPolicies>, terminal: Terminal): void {
  const lines = items.map((item) => [
    item.class,
    keptInWords(item.keepDays),
    item.assets === null ? (item.entries === null ? '–' : `${count(item.entries)} parts`) : count(item.assets),
    item.bytes === null ? '–' : formatBytes(item.bytes),
    item.note ??
      (item.changedBy ? `set by ${item.changedBy}, ${formatInstant(String(item.changedAt))}` : 'as the appliance came'),
  ]);
  const [heads = '', ...rows] = formatTable([['class', 'kept', 'assets', 'size', ''], ...lines]);
  terminal.say(`${terminal.style('dim', heads)}\n${rows.map((row) => row.trimEnd()).join('\n')}\n`);
  terminal.say(`What is due goes next at ${formatInstant(nextRunAt)}.`);
  if (lastRun) terminal.say(`Last run: ${runInWords(lastRun)}`);
}

/** What policies would delete, in a sentence and by class. */
export function sayPreview(found: AnswerOf<typeof previewRetention>, terminal: Terminal): void {
  const { total, byClass, held, moving, traces, firstAt } = found;
  if (total.assets > 0)
    terminal.say(
      `This would delete ${count(total.objects)} objects of ${count(total.assets)} assets, ${formatBytes(total.bytes)}, the first on ${formatInstant(String(firstAt))}.`,
    );
  else
    terminal.say(
      firstAt ? `This would delete no asset yet; the first on ${formatInstant(firstAt)}.` : 'This would delete no asset.',
    );
  const lines = byClass.map(({ class: name, amount }) => [name, `${count(amount.assets)} assets`, formatBytes(amount.bytes)]);
  for (const line of formatTable(lines)) terminal.say(`  ${line}`);
  for (const one of traces) if (one.entries > 0) terminal.say(`  ${tracesInWords(one)}`);
  if (held.assets > 0) terminal.say(`${count(held.assets)} assets (${formatBytes(held.bytes)}) stay: a legal hold stands.`);
  if (moving.assets > 0) terminal.say(`${count(moving.assets)} assets are on their way between tiers and go at a later run.`);
}

/** `logs: 12 entries, 40 MB, the first of 3 May`. */
function tracesInWords({ class: name, entries, bytes, firstAt, keptBecause }: PreviewTraces): string {
  const size = bytes === null ? '' : `, ${formatBytes(bytes)}`;
  const first = firstAt ? `, the first of ${formatInstant(firstAt)}` : '';
  return `${name}: ${count(entries)} entries${size}${first}${keptBecause ? ` stay. ${keptBecause}` : ''}`;
}

/** `12 of 14 assets deleted, 3 MB; 2 spared`. */
export function runInWords(run: DeletionRunAnswer): string {
  const parts = [`${count(run.deleted)} of ${count(run.planned)} assets deleted, ${formatBytes(run.deletedBytes)}`];
  if (run.spared > 0) parts.push(`${count(run.spared)} spared`);
  if (run.failed > 0) parts.push(`${count(run.failed)} failed`);
  for (const { class: name, removedEntries, removedBytes } of run.traces)
    if (removedEntries > 0)
      parts.push(`${count(removedEntries)} of ${name}${removedBytes > 0 ? `, ${formatBytes(removedBytes)}` : ''}`);
  if (run.filesLeft > 0) parts.push(`files of ${count(run.filesLeft)} go within minutes`);
  const state = run.endedAt ? '' : run.startedAt ? ' (running)' : ' (waiting for a worker)';
  return `${parts.join('; ')}${state}. ${run.stopped?.message ?? ''}`.trimEnd();
}

/** Holds as a table. */
export function sayHolds(items: readonly HoldAnswer[], terminal: Terminal): void {
  if (items.length === 0) terminal.say('No legal hold stands.');
  const lines = items.map(({ id, name, assets, bytes, placedBy, placedAt, releasedBy, releasedAt, collection }) => [
    name,
    `${count(assets)} assets`,
    releasedAt ? '–' : formatBytes(bytes),
    collection ? `collection ${collection.name ?? '(gone)'}` : '',
    releasedAt
      ? `released by ${releasedBy}, ${formatInstant(releasedAt)}`
      : `placed by ${placedBy}, ${formatInstant(placedAt)}`,
    id,
  ]);
  for (const line of formatTable(lines)) terminal.say(line);
}
