import { formatCpuList } from '../domain/cpu-list.ts';
import type { DesiredCores, Drift, ObservedCores } from './drift.ts';

/** T: threads that are bound narrower than their slice. */
export function threadDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  const alike = new Map<string, ObservedCores['threads'][number][]>();
  for (const thread of observed.threads) {
    const cpus = desired.groups[thread.group];
    if (!cpus || cpus.every((cpu) => thread.allowed.includes(cpu))) continue;
    const key = `${thread.group} ${thread.name} ${formatCpuList(thread.allowed)}`;
    alike.set(key, [...(alike.get(key) ?? []), thread]);
  }
  return [...alike.values()].map((threads): Drift => {
    const [{ id, name, group, allowed }] = threads as [ObservedCores['threads'][number]];
    const others = threads.length > 1 ? ` and ${threads.length - 1} more` : '';
    return {
      kind: 'T',
      subject: `${name} (${id}${others}) in ${group}`,
      expected: formatCpuList(desired.groups[group] ?? []),
      seen: formatCpuList(allowed) || 'none',
      cause: 'The program bound this thread itself (taskset, sched_setaffinity).',
      remedy: 'Let the program have all CPUs of its slice, or give the slice fewer.',
      heals: false,
    };
  });
}

/** Names an interrupt among departures. */
export function interruptSubject({ id, name }: { id: string; name: string }): string {
  return `${name} (${id})`;
}

/** I: interrupts, and work of the kernel, on CPUs that are not for them. */
export function interruptDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.interrupts
    .filter(({ isMovable, allowed }) => isMovable && allowed.some((cpu) => !desired.interrupts.includes(cpu)))
    .map(({ id, name, allowed }) => ({
      kind: 'I' as const,
      subject: interruptSubject({ id, name }),
      expected: formatCpuList(desired.interrupts),
      seen: formatCpuList(allowed),
      cause: 'A device came up later, or irqbalance moved it.',
      remedy: 'Write the mask of the system and the reserve to its smp_affinity_list.',
      heals: true,
    }));
}

/** How services that have not been told yet are named. */
const ofShares = 'share of graphics cards';

/** U: services that have not been restarted since their shares of graphics cards became others. Systemd tells whole seconds. */
export function shareDrift({ toldSince = {} }: DesiredCores, { startedAt = {} }: ObservedCores): Drift[] {
  const second = (at: string) => Math.floor(Date.parse(at) / 1000);
  return Object.entries(toldSince).flatMap(([unit, since]): Drift[] => {
    const started = startedAt[unit];
    if (started === undefined || second(started) >= second(since)) return [];
    return [
      {
        kind: 'U',
        subject: `${unit} ${ofShares}`,
        expected: `started after ${since}`,
        seen: `runs since ${started}`,
        cause: 'It has run since before the shares became others: a program is told its own when it starts.',
        remedy: `systemctl restart ${unit}, when that suits.`,
        heals: false,
      },
    ];
  });
}

/** U: services that have not been restarted since they were moved. */
export function serviceDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return Object.entries(desired.services)
    .filter(([service, slice]) => observed.services[service] !== undefined && observed.services[service] !== slice)
    .map(([service, slice]) => ({
      kind: 'U' as const,
      subject: service,
      expected: slice,
      seen: observed.services[service] as string,
      cause: 'It has run since before the plan: a slice takes effect when a service starts.',
      remedy: `systemctl restart ${service}, when that suits.`,
      heals: false,
    }));
}
