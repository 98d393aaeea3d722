import { formatCpuList } from '../domain/cpu-list.ts';
import { formatLimit, limitKeys, limitNames } from '../render/group-limits.ts';
import type { DesiredCores, Drift, ObservedCores } from './drift.ts';

/** P and K of CPUs. */
export function groupDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.groups.flatMap(({ name, effective, property, below = [] }): Drift[] => {
    const cpus = desired.groups[name];
    if (!cpus) return [];
    const expected = formatCpuList(cpus);
    const found: Drift[] = [];
    if (property !== null && formatCpuList(property) !== expected)
      found.push({
        kind: 'P',
        subject: name,
        expected,
        seen: formatCpuList(property) || 'none',
        cause: 'systemctl set-property, a drop-in that reads later, or systemd has not read the files again.',
        remedy: 'systemctl daemon-reload, then set the CPUs of the plan explicitly.',
        heals: true,
      });
    const outside = below.filter((cpu) => !cpus.includes(cpu));
    if (effective && formatCpuList(effective) !== expected)
      found.push({
        kind: 'K',
        subject: name,
        expected,
        seen: formatCpuList(effective) || 'none',
        cause: kernelCause(cpus, effective),
        remedy: 'Set the CPUs of the plan explicitly; a reset would leave the live mask as it is.',
        heals: true,
      });
    else if (outside.length > 0)
      found.push({
        kind: 'K',
        subject: `below ${name}`,
        expected,
        seen: formatCpuList(below),
        cause: 'A group below it is a partition of its own (cpuset.cpus.partition).',
        remedy: 'Make it a member again: whoever made the partition has to end it.',
        heals: false,
      });
    return found;
  });
}

/** Where none of the wanted CPUs can be had the kernel silently gives those of the group above. */
function kernelCause(wanted: readonly number[], effective: readonly number[]): string {
  const isInherited = wanted.every((cpu) => effective.includes(cpu)) && effective.length > wanted.length;
  return isInherited
    ? 'The kernel gives the CPUs of the group above: nobody set its own, or they cannot be had.'
    : 'Somebody wrote the mask by hand, or a group above has fewer CPUs.';
}

/** P and K of memory and weights. */
export function limitDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.groups.flatMap(({ name, limits, kernelLimits = {} }): Drift[] => {
    const wanted = desired.limits[name];
    if (!wanted || !limits) return [];
    return limitKeys.flatMap((key): Drift[] => {
      const kernel = kernelLimits[key];
      const departure = {
        subject: `${name} ${limitNames[key]}`,
        expected: formatLimit(key, wanted[key]),
        cause: 'systemctl set-property, a drop-in that reads later, or systemd has not read the files again.',
        remedy: 'Set the value of the plan explicitly.',
        heals: true,
      };
      if (limits[key] !== wanted[key]) return [{ ...departure, kind: 'P', seen: formatLimit(key, limits[key]) }];
      if (kernel === undefined || kernel === wanted[key]) return [];
      const cause = 'Somebody wrote it into the control group by hand.';
      return [{ ...departure, kind: 'K', cause, seen: formatLimit(key, kernel) }];
    });
  });
}

/** X: groups that nobody knows, on CPUs of workloads. */
export function foreignDrift(desired: DesiredCores, observed: ObservedCores): Drift[] {
  return observed.groups
    .filter(({ name }) => !desired.groups[name] && !desired.limits[name])
    .flatMap(({ name, effective }): Drift[] => {
      const taken = (effective ?? []).filter((cpu) => desired.owned.includes(cpu));
      if (taken.length === 0) return [];
      return [
        {
          kind: 'X',
          subject: name,
          expected: 'none of the CPUs of workloads',
          seen: formatCpuList(taken),
          cause: 'It was made outside of the slices that the plan keeps apart.',
          remedy: 'Move it below system.slice or declare it as a workload.',
          heals: false,
        },
      ];
    });
}
