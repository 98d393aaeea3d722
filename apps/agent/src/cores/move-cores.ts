import { agentError } from '#agent-protocol';
import { onlineCpus } from '#allocation';
import { failpoint } from '#manifest';
import type { Host } from '../host/host.ts';
import { disagreements } from './disagreement.ts';
import type { Aim } from './generation-history.ts';

/** From what to what a machine is to go, and who is told of each stage once it is done. */
export interface Move {
  from: Aim;
  to: Aim;
  note(stage: 'grown' | 'written' | 'shrunk'): void;
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
 * Grow, files, shrink; each stage is looked at before the next. The files come after the growth, because systemd puts them in force when it reads them.
 * Throws at the first thing that is not as it must be.
 */
export async function moveCores(host: Host, move: Move): Promise<void> {
  const grown = grownCpus(move);
  await setAll(host, grown, move.mayGoOn);
  await requireAgreement(host, grown);
  move.note('grown');
  move.mayGoOn();
  host.replaceUnits(move.to.texts);
  await host.reload();
  move.note('written');
  await setAll(host, move.to.cpus, move.mayGoOn);
  await requireAgreement(host, move.to.cpus);
  move.note('shrunk');
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
  const setEach = async (cpus: Record<string, number[]>) => {
    for (const [group, wanted] of Object.entries(cpus)) await attempt(() => setAll(host, { [group]: wanted }, () => {}));
  };
  await setEach(grownCpus({ from, to }));
  note('grown');
  await attempt(() => host.replaceUnits(to.texts));
  await attempt(() => host.reload());
  note('written');
  await setEach(to.cpus);
  note('shrunk');
  await attempt(() => requireAgreement(host, to.cpus));
  if (troubles.length > 0) throw agentError('AGENT_HOST_FAILED', troubles.join('; '));
}

async function setAll(host: Host, cpus: Record<string, readonly number[]>, mayGoOn: () => void): Promise<void> {
  for (const [group, wanted] of Object.entries(cpus)) {
    mayGoOn();
    await host.setCpus(group, wanted);
    failpoint('agent.group');
  }
}

/** Throws AGENT_VERIFY_FAILED where systemd, the kernel or a group below says otherwise. */
export async function requireAgreement(host: Host, cpus: Record<string, readonly number[]>): Promise<void> {
  const found = disagreements(cpus, await host.seeGroups(Object.keys(cpus)), onlineCpus(host.topology()));
  if (found.length > 0) throw agentError('AGENT_VERIFY_FAILED', `The machine does not do as told: ${found.join('; ')}.`);
}
