import { agentError } from '#agent-protocol';
import { onlineCpus } from '#allocation';
import { failpoint } from '#manifest';
import type { Host } from '../host/host.ts';
import { groupsOf } from './aims.ts';
import { disagreements } from './disagreement.ts';
import type { Aim } from './generation-history.ts';

/** A stage of a move that is done. */
export type Stage =
  | { event: 'grown' | 'written' | 'shrunk' }
  /** How many masks were moved, and which the kernel refused: disks keep each queue on its CPU. */
  | { event: 'steered'; moved: number; refused: Record<string, string> };

/** From what to what a machine is to go, and who is told of each stage once it is done. */
export interface Move {
  from: Aim;
  to: Aim;
  note(stage: Stage): void;
  /** Called between steps; throws where it is too late to go on. */
  mayGoOn(): void;
}

/** Gives every group the CPUs it had and those that it is to have. Nobody loses a CPU before somebody else has taken its work. */
export function grownCpus({ from, to }: Pick<Move, 'from' | 'to'>): Record<string, number[]> {
  const groups = [...new Set([...Object.keys(from.cpus), ...Object.keys(to.cpus)])].sort();
  return Object.fromEntries(
    groups.map((group) => [
      group,
      [...new Set([...(from.cpus[group] ?? []), ...(to.cpus[group] ?? [])])].sort((a, b) => a - b),
    ]),
  );
}

/**
 * Grow, files, shrink, interrupts; each stage is looked at before the next. The files come after the growth, because systemd puts them in force when it
 * reads them. Throws at the first thing that is not as it must be.
 */
export async function moveCores(host: Host, move: Move): Promise<void> {
  const grown = grownCpus(move);
  await setAll(host, { cpus: grown, limits: {} }, move.mayGoOn);
  await requireAgreement(host, { cpus: grown, limits: {} });
  move.note({ event: 'grown' });
  move.mayGoOn();
  host.replaceUnits(move.to.texts);
  await host.reload();
  move.note({ event: 'written' });
  await setAll(host, move.to, move.mayGoOn);
  await requireAgreement(host, move.to);
  move.note({ event: 'shrunk' });
  move.note(steer(host, move.to.interrupts));
}

/** The same way back: goes on whatever a step says, so that one group that resists leaves no other one behind, and judges the end. */
export async function moveBack(host: Host, { from, to, note }: Omit<Move, 'mayGoOn'>): Promise<void> {
  const troubles: string[] = [];
  const attempt = async (act: () => unknown) => {
    try {
      await act();
    } catch (error) {
      troubles.push((error as Error).message);
    }
  };
  const setEach = async ({ cpus, limits }: Pick<Aim, 'cpus' | 'limits'>) => {
    for (const [group, wanted] of Object.entries(cpus))
      await attempt(() => setAll(host, { cpus: { [group]: wanted }, limits: {} }, () => {}));
    for (const [group, wanted] of Object.entries(limits))
      await attempt(() => setAll(host, { cpus: {}, limits: { [group]: wanted } }, () => {}));
  };
  await setEach({ cpus: grownCpus({ from, to }), limits: {} });
  note({ event: 'grown' });
  await attempt(() => host.replaceUnits(to.texts));
  await attempt(() => host.reload());
  note({ event: 'written' });
  await setEach(to);
  note({ event: 'shrunk' });
  note(steer(host, to.interrupts));
  await attempt(() => requireAgreement(host, to));
  if (troubles.length > 0) throw agentError('AGENT_HOST_FAILED', troubles.join('; '));
}

async function setAll(host: Host, { cpus, limits }: Pick<Aim, 'cpus' | 'limits'>, mayGoOn: () => void): Promise<void> {
  for (const [group, wanted] of Object.entries(cpus)) {
    mayGoOn();
    await host.setCpus(group, wanted);
    failpoint('agent.group');
  }
  for (const [group, wanted] of Object.entries(limits)) {
    mayGoOn();
    await host.setLimits(group, wanted);
    failpoint('agent.limits');
  }
}

/** Moves what can be moved; what cannot is told and no failure. */
function steer(host: Host, interrupts: Aim['interrupts']): Stage {
  const refused: Record<string, string> = {};
  for (const [id, cpus] of Object.entries(interrupts)) {
    const why = host.setInterrupt(id, cpus);
    if (why !== null) refused[id] = why;
    failpoint('agent.interrupt');
  }
  return { event: 'steered', moved: Object.keys(interrupts).length - Object.keys(refused).length, refused };
}

/** Throws AGENT_VERIFY_FAILED where systemd, the kernel or a group below says otherwise. */
export async function requireAgreement(host: Host, wanted: Pick<Aim, 'cpus' | 'limits'>): Promise<void> {
  const found = disagreements(wanted, await host.seeGroups(groupsOf(wanted)), onlineCpus(host.topology()));
  if (found.length > 0) throw agentError('AGENT_VERIFY_FAILED', `The machine does not do as told: ${found.join('; ')}.`);
}
