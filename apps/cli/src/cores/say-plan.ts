import { type CorePlan, formatCpuList, type Infeasible, type Topology } from '#allocation';
import { formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';

/** A plan as scripts read it: CPUs as the kernel writes them. */
export function planAnswer({ assignments, changes, ...plan }: CorePlan): object {
  return {
    ...plan,
    assignments: Object.fromEntries(Object.entries(assignments).map(([id, cpus]) => [id, formatCpuList(cpus)])),
    changes: changes.map(({ id, gained, lost }) => ({ id, gained: formatCpuList(gained), lost: formatCpuList(lost) })),
  };
}

/** Draws the cores of each L3 domain with who has them, then each workload with its CPUs and why. */
export function sayPlan(terminal: Terminal, topology: Topology, plan: CorePlan): void {
  for (const line of drawDomains(topology, plan.assignments)) terminal.say(line);
  terminal.say('');
  const rows = Object.entries(plan.assignments).flatMap(([id, cpus]) =>
    (plan.reasons[id] ?? []).map((reason, index) =>
      index === 0 ? [id, formatCpuList(cpus) || '–', reason] : ['', '', reason],
    ),
  );
  for (const line of formatTable(rows)) terminal.say(line);
  const flaws = Object.entries(plan.score).filter(
    ([part, cost]) => cost > 0 && part !== 'movedCpus' && part !== 'brokenReserve',
  );
  terminal.say('');
  if (flaws.length > 0) terminal.say(`Not to be had: ${flaws.map(([part, cost]) => `${inWords(part)} ${cost}`).join(', ')}.`);
  if (!plan.optimal) terminal.say('The machine is too large to look at every plan: a better one may exist.');
  terminal.say(`Plan ${plan.planId.slice(0, 12)}.`);
}

/** Says why there is no plan, and what would fit. */
export function sayInfeasible(terminal: Terminal, { code, message, nearestFeasible }: Infeasible): void {
  terminal.say(`${terminal.style('red', '✗')} There is no plan (${code}): ${message}`);
  if (!nearestFeasible) return;
  const fitting = Object.entries(nearestFeasible).map(([id, threads]) => `${id} ${threads}`);
  terminal.say(`  This would fit: ${fitting.join(', ')}.`);
}

function drawDomains({ cores, domains }: Topology, assignments: CorePlan['assignments']): string[] {
  const owner = new Map(Object.entries(assignments).flatMap(([id, cpus]) => cpus.map((cpu) => [cpu, id] as const)));
  return domains.flatMap(({ id, bytes, node }) => {
    const own = cores.filter(({ domain }) => domain === id);
    const size = bytes > 0 ? `, ${Math.round(bytes / 1_048_576)} MiB` : '';
    const width = Math.max(...own.map(({ cpus }) => cpus.length));
    const rows = Array.from({ length: width }, (_, thread) =>
      own.map(({ cpus }) => {
        const cpu = cpus[thread];
        return cpu === undefined ? '' : `${cpu} ${owner.get(cpu) ?? 'isolated'}`;
      }),
    );
    return [`L3 domain of CPU ${id}${size}, node ${node}`, ...formatTable(rows).map((line) => `  ${line}`)];
  });
}

/** `noisyBesideLatency` as words. */
export function inWords(part: string): string {
  return part.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
