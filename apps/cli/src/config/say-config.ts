import { type DiffLine, formatDiff, type Generation, type ManifestDrift, type ValueChange } from '#generations';
import { declaredOnly } from '#manifest';
import { formatInstant, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

/** A generation as scripts read it: what was signed, without the files. */
export function generationAnswer({ file, resolved, ...record }: Generation): object {
  return record;
}

/** Lists generations, the newest first. */
export function sayHistory(terminal: Terminal, generations: readonly Generation[]): void {
  const rows = generations.map(({ number, instant, author, reason }) => [`${number}`, formatInstant(instant), author, reason]);
  for (const line of formatTable(rows.reverse())) terminal.say(line);
}

/** Says which values differ, `key: before → after`. */
export function sayChanges(terminal: Terminal, changes: readonly ValueChange[]): void {
  for (const { key, before, after } of changes) terminal.say(`  ${key}: ${inWords(before)} → ${inWords(after)}`);
}

/** Shows the lines that differ with their neighbours. */
export function sayLines(terminal: Terminal, lines: readonly DiffLine[]): void {
  const colours = { '-': 'red', '+': 'green' } as const;
  for (const line of formatDiff(lines)) {
    const colour = colours[line[0] as '-' | '+'];
    terminal.say(colour ? terminal.style(colour, line) : line);
  }
}

const states: Record<ManifestDrift['state'], string> = {
  none: 'is as recorded',
  unrecorded: 'has no generation yet',
  edited: 'was edited by hand',
  missing: 'is gone',
  'profile-changed': 'is as recorded, but its profile says something else than it did',
};

/** Says how the manifest departs from its newest generation, and what to do about it. */
export function sayDrift(terminal: Terminal, file: string, drift: ManifestDrift): void {
  const { state, newest, changedAt, owner, problems, lines, changes } = drift;
  terminal.say(`${file} ${states[state]}${newest ? ` (generation ${newest})` : ''}.`);
  if (state === 'edited' && changedAt) terminal.say(`Last written ${formatInstant(changedAt)}; it belongs to ${owner}.`);
  if (state === 'edited') sayLines(terminal, lines);
  sayChanges(terminal, changes);
  for (const problem of problems) terminal.say(`${terminal.style('red', '✗')} ${problem}`);
  const isTakeable = problems.length === 0 && state !== 'missing';
  if (state !== 'none' && isTakeable) terminal.say('Take it over: ./holdfast config adopt --reason R');
  if (state === 'edited' || state === 'missing') terminal.say('Put it back:  ./holdfast config restore --reason R');
}

/** Says which of the sections that were shown nothing acts on yet; as a comment, so that what was printed stays a manifest. */
export function sayDeclaredOnly(terminal: Terminal, shown: readonly string[]): void {
  const found = declaredOnly.filter((section) => shown.includes(section));
  if (found.length > 0) terminal.say(`# Declared only, nothing acts on it yet: ${found.join(', ')}.`);
}

function inWords(value: unknown): string {
  const text = value === undefined ? 'not there' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
