import { formatCpuList, formatLimit, limitKeys, limitNames } from '#allocation';
import type { HostGroup } from '../host/host.ts';
import type { Aim } from './generation-history.ts';

/**
 * How systemd and the kernel depart from the CPUs and limits that groups were given; empty where they agree. The kernel's word counts: it silently gives
 * the CPUs of the group above where it cannot give those that were asked for.
 */
export function disagreements(
  { cpus, limits }: Pick<Aim, 'cpus' | 'limits'>,
  seen: readonly HostGroup[],
  online: readonly number[],
): string[] {
  return seen.flatMap((group) => {
    const wanted = cpus[group.name];
    return [...(wanted ? cpuDisagreements(wanted, group, online) : []), ...limitDisagreements(limits[group.name], group)];
  });
}

function cpuDisagreements(
  wanted: readonly number[],
  { name, property, effective, below }: HostGroup,
  online: readonly number[],
): string[] {
  const granted = wanted.filter((cpu) => online.includes(cpu));
  const expected = formatCpuList(granted);
  const found: string[] = [];
  if (formatCpuList(property) !== formatCpuList(wanted))
    found.push(`systemd holds ${formatCpuList(property) || 'nothing'} for ${name} instead of ${formatCpuList(wanted)}`);
  if (effective && formatCpuList(effective) !== expected)
    found.push(`the kernel gives ${name} ${formatCpuList(effective) || 'no set'} instead of ${expected}`);
  const outside = below.filter((cpu) => !granted.includes(cpu));
  if (outside.length > 0) found.push(`groups below ${name} run on ${formatCpuList(outside)} as well`);
  return found;
}

function limitDisagreements(wanted: Aim['limits'][string] | undefined, { name, limits, kernelLimits }: HostGroup): string[] {
  if (!wanted) return [];
  return limitKeys.flatMap((key) => {
    const expected = `${limitNames[key]} of ${name} instead of ${formatLimit(key, wanted[key])}`;
    const kernel = kernelLimits[key];
    if (limits[key] !== wanted[key]) return [`systemd holds ${formatLimit(key, limits[key])} for ${expected}`];
    return kernel === undefined || kernel === wanted[key] ? [] : [`the kernel has ${formatLimit(key, kernel)} for ${expected}`];
  });
}
