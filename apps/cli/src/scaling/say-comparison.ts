import type { Comparison } from '#scaling';
import { formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const heads = ['strategy', 'wait mean', 'p95', 'most', 'late', 'slot hours', 'busy', 'changes'];

/** A table of the strategies on one queue, and which of them keeps the target with the fewest slots. */
export function sayComparison(terminal: Terminal, queue: string, comparison: Comparison, waitSeconds: number): void {
  const { outcomes, best, learntMinutes, playedFromMs } = comparison;
  const from = new Date(playedFromMs).toISOString().slice(0, 16).replace('T', ' ');
  terminal.say(`${queue}: ${outcomes[0]?.jobs ?? 0} jobs from ${from} UTC, learnt from ${learntMinutes} minutes before`);
  const rows = outcomes.map(({ strategy, wait, late, slotHours, busy, changes }) => [
    strategy === best ? `${strategy} *` : strategy,
    seconds(wait.mean),
    seconds(wait.p95),
    seconds(wait.most),
    `${(late * 100).toFixed(1)} %`,
    slotHours.toFixed(1),
    `${Math.round(busy * 100)} %`,
    String(changes),
  ]);
  for (const line of formatTable([heads, ...rows])) terminal.say(`  ${line}`);
  terminal.say(
    best
      ? `  * holds the fewest slots of those that let at most 1 % of the jobs wait longer than ${waitSeconds} s.`
      : `  None lets at most 1 % of the jobs wait longer than ${waitSeconds} s: more slots (--max) or a longer wait (--wait).`,
  );
}

function seconds(value: number): string {
  return value < 100 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}
