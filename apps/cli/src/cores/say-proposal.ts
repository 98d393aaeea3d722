import type { NoProposal, Proposal } from '#allocation';
import { formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What is proposed and what it would have changed, or why nothing is; then what was measured. */
export function sayProposal(terminal: Terminal, found: Proposal | NoProposal): void {
  if (found.kind === 'none') terminal.say(`Nothing is proposed: ${found.message}`);
  else {
    for (const { id, from, to, because } of found.changes) terminal.say(`${id}: ${from} → ${to} threads; ${because}.`);
    terminal.say('');
    terminal.say(
      `Tight minutes a week, by ${found.isHeldOut ? 'the last week, which the proposal has not seen' : 'the measured days'}:`,
    );
    const rows = found.effect.map(({ id, tightMinutesBefore, tightMinutesAfter }) => [
      id,
      `${tightMinutesBefore} → ${tightMinutesAfter}`,
    ]);
    for (const line of formatTable(rows)) terminal.say(`  ${line}`);
    terminal.say(`Look at it: holdfast cores what-if ${found.changes.map(({ id, to }) => `${id}=${to}`).join(' ')}`);
  }
  if (found.evidence.length === 0) return;
  terminal.say('');
  const rows = found.evidence.map(({ id, minutes, p50, p95, p99, tight, needed, busiest }) => [
    id,
    String(minutes),
    ...[p50, p95, p99].map((value) => value.toFixed(1)),
    `${(tight * 100).toFixed(1)} %`,
    String(needed),
    busiest
      .slice(0, 3)
      .map(({ day, hour }) => `${days[day]} ${hour}:00`)
      .join(', '),
  ]);
  const heads = ['workload', 'minutes', 'CPUs p50', 'p95', 'p99', 'tight', 'enough', 'busiest'];
  for (const line of formatTable([heads, ...rows])) terminal.say(line);
}
