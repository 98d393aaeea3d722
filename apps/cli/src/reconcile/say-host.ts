import type { DomainAnswer, DomainSummary, HistoryAnswer, PendingAnswer, PlanAnswer } from '#reconcile';
import { formatInstant, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

type Changes = PendingAnswer['changes'];

/** One line for each domain. */
export function sayDomains(domains: readonly DomainSummary[], terminal: Terminal): void {
  if (domains.length === 0) return;
  const [head, ...rows] = formatTable([['domain', 'state', 'generation', 'drift', ''], ...domains.map(domainRow)]);
  terminal.say(`\n${terminal.style('dim', head ?? '')}`);
  for (const row of rows) terminal.say(row.trimEnd());
}

function domainRow({ domain, state, generation, driftCount, notApplied, hostControl, pending }: DomainSummary): string[] {
  const words = [
    ...(hostControl.available ? [] : [`host control unavailable: ${hostControl.reason}`]),
    ...(pending ? [`a change by ${pending.by} waits`] : []),
    ...(hostControl.available && notApplied ? [`${notApplied} declared changes are not applied`] : []),
  ];
  return [domain, state, generation === null ? '–' : `${generation}`, `${driftCount}`, words.join('; ')];
}

/** What a plan would change, and why there is none. */
export function sayHostPlan(domain: string, plan: PlanAnswer, terminal: Terminal): void {
  if (!plan.feasible) {
    terminal.say(`${terminal.style('red', '✗')} ${domain}: ${plan.message}`);
    if (plan.nearestFeasible) {
      const values = Object.entries(plan.nearestFeasible).map(([name, value]) => `${name}=${value}`);
      terminal.say(`  What would fit: ${values.join(' ')}`);
    }
    return;
  }
  if (plan.changes.length === 0) {
    terminal.say(`${domain}: nothing changes.`);
    return;
  }
  terminal.say(terminal.style('bold', `${domain}: ${plan.changes.length} changes over generation ${plan.baseGeneration}`));
  sayHostChanges(plan.changes, terminal);
  if (plan.restarts.length > 0) terminal.say(`  To start anew for it: ${plan.restarts.join(', ')}.`);
}

/** Changes, one a line. */
export function sayHostChanges(changes: Changes, terminal: Terminal): void {
  const rows = changes.map(({ subject, what, from, to, restartNeeded }) => [
    ...[`  ${subject}`, what, `${from ?? 'none'} → ${to ?? 'none'}`],
    restartNeeded ? 'after a restart' : '',
  ]);
  for (const row of formatTable(rows)) terminal.say(row.trimEnd());
}

/** What has drifted, each with its cause and remedy. */
export function sayDrift({ domain, drift, hostControl, checkedAt }: DomainAnswer, terminal: Terminal): void {
  if (!hostControl.available) terminal.say(`${domain}: host control unavailable: ${hostControl.reason}`);
  else if (drift.length === 0) terminal.say(`${domain}: no drift${checkedAt ? `, as of ${formatInstant(checkedAt)}` : ''}.`);
  for (const { kind, subject, expected, seen, since, cause, remedy, healing, tries } of drift) {
    terminal.say(`${domain}: ${terminal.style('bold', `${kind} ${subject}`)}, since ${formatInstant(since)}`);
    terminal.say(`  expected ${expected}; seen ${seen}`);
    terminal.say(`  ${cause} ${remedy}`);
    terminal.say(healing === 'self' ? `  Heals by itself (tried ${tries}×), or now with --heal.` : '  Somebody has to decide.');
  }
}

/** What was changed, newest first. */
export function sayHistory(entries: HistoryAnswer['generations'], terminal: Terminal): void {
  if (entries.length === 0) {
    terminal.say('Nothing was changed yet.');
    return;
  }
  const rows = entries.map(({ generation, domain, at, by, outcome, reason, changes }) => [
    ...[generation === null ? '–' : `${generation}`, domain, formatInstant(at), outcome, by, `${changes.length}`],
    reason ?? '',
  ]);
  const [head, ...lines] = formatTable([['generation', 'domain', 'at', 'outcome', 'by', 'changes', 'why'], ...rows]);
  terminal.say(terminal.style('dim', head ?? ''));
  for (const line of lines) terminal.say(line.trimEnd());
}
