import { type Drift, interruptSubject } from '#allocation';
import type { Aim } from '../cores/generation-history.ts';
import type { Host } from '../host/host.ts';

/** Sets what departs from a generation to its explicit value. Answers what went wrong; null where nothing did. */
export async function setAsPlanned(host: Host, aim: Aim, { kind, subject }: Drift): Promise<string | null> {
  if (kind === 'I') return setInterrupt(host, aim, subject);
  const [group = '', limit] = subject.split(' ');
  const [cpus, limits] = [aim.cpus[group], aim.limits[group]];
  try {
    if (limit === undefined && cpus) await host.setCpus(group, cpus);
    if (limit !== undefined && limits) await host.setLimits(group, limits);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function setInterrupt(host: Host, aim: Aim, subject: string): string | null {
  const found = host.seeInterrupts().find((one) => interruptSubject(one) === subject);
  const cpus = aim.cpus['system.slice'] ?? [];
  return found && cpus.length > 0 ? host.setInterrupt(found.id, cpus) : null;
}
