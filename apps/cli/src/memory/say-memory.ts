import type { MemoryDescription } from '#allocation';
import type { Setting } from '#manifest';
import { formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

/** Says who has how much memory, and what it takes where that is known. */
export function sayShares(terminal: Terminal, { machine, workloads, liveProblem }: MemoryDescription): void {
  const { totalMb, availableMb, unguaranteedMb } = machine;
  if (totalMb !== null)
    terminal.say(
      `The machine has ${totalMb} MB${availableMb === null ? '' : `, ${availableMb} of them free to take`}; ${unguaranteedMb} MB stay free of all guarantees.`,
    );
  if (workloads.length === 0) {
    terminal.say('No workloads are declared: everybody takes what there is.');
    return;
  }
  const figure = (value: number | null) => (value === null ? '–' : String(value));
  const rows = workloads.map(({ id, minMb, highMb, maxMb, currentMb, events }) => [
    id,
    ...[minMb, highMb, maxMb, currentMb].map(figure),
    events && events.oomKill > 0 ? `${events.oomKill} ended for memory` : '',
  ]);
  for (const line of formatTable([['workload', 'min', 'high', 'max', 'now', ''], ...rows])) terminal.say(line.trimEnd());
  if (liveProblem) terminal.say(liveProblem);
}

/** Says what programs are told, each with how it follows. */
export function saySettings(terminal: Terminal, settings: readonly Setting[]): void {
  const rows = settings.map(({ program, name, value, unit, source, formula, key }) => [
    program,
    name,
    `${value} ${unit}`,
    source === 'declared' ? `declared: ${key}` : formula,
  ]);
  for (const line of formatTable(rows)) terminal.say(line);
}

/** Says what does not fit. */
export function sayObstacles(terminal: Terminal, obstacles: readonly { message: string }[]): void {
  for (const { message } of obstacles) terminal.say(`${terminal.style('red', '✗')} ${message}`);
}
