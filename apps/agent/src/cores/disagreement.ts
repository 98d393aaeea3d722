import { formatCpuList } from '#allocation';
import type { HostGroup } from '../host/host.ts';

/**
 * How systemd and the kernel depart from the CPUs that groups were given; empty where they agree. The kernel's word counts: it silently gives the CPUs of
 * the group above where it cannot give those that were asked for.
 */
export function disagreements(
  wanted: Readonly<Record<string, readonly number[]>>,
  seen: readonly HostGroup[],
  online: readonly number[],
): string[] {
  return seen.flatMap(({ name, property, effective, below }) => {
    const cpus = wanted[name] ?? [];
    const granted = cpus.filter((cpu) => online.includes(cpu));
    const expected = formatCpuList(granted);
    const found: string[] = [];
    if (formatCpuList(property) !== formatCpuList(cpus))
      found.push(`systemd holds ${formatCpuList(property) || 'nothing'} for ${name} instead of ${formatCpuList(cpus)}`);
    if (effective && formatCpuList(effective) !== expected)
      found.push(`the kernel gives ${name} ${formatCpuList(effective) || 'no set'} instead of ${expected}`);
    const outside = below.filter((cpu) => !granted.includes(cpu));
    if (outside.length > 0) found.push(`groups below ${name} run on ${formatCpuList(outside)} as well`);
    return found;
  });
}
