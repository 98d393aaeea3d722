import { cpusOfUnits, formatCpuList, formatLimit, type LimitKey, limitsOfUnits, noLimits, type UnitFile } from '#allocation';
import type { MachineLook } from './machine-look.ts';

/** What of a machine is not as the files of a plan say; empty where it is that plan, whole. `files: []` stands for a machine without any plan. */
export function departures(look: MachineLook, files: readonly UnitFile[], online: readonly number[]): string[] {
  return [
    ...fileDepartures(look.files, files),
    ...groupDepartures(look, cpusOfUnits(files), online),
    ...limitDepartures(look, files),
  ];
}

function fileDepartures(seen: readonly UnitFile[], expected: readonly UnitFile[]): string[] {
  const texts = new Map(seen.map(({ path, text }) => [path, text]));
  const wrong = expected.filter(({ path, text }) => texts.get(path) !== text).map(({ path }) => `${path} is not the plan's`);
  const strange = seen
    .filter(({ path }) => !expected.some((file) => file.path === path))
    .map(({ path }) => `${path} is none of the plan's`);
  return [...wrong, ...strange];
}

/** Without a plan every group that runs has all CPUs. */
function groupDepartures(look: MachineLook, plan: Record<string, number[]>, online: readonly number[]): string[] {
  return Object.entries(look.groups).flatMap(([name, { property, effective, below, threads }]) => {
    const cpus = plan[name] ?? online;
    const expected = formatCpuList(cpus);
    const found: string[] = [];
    const told = formatCpuList(property);
    if (told !== expected && !(plan[name] === undefined && told === ''))
      found.push(`systemd holds ${told || 'nothing'} for ${name}, not ${expected}`);
    if (effective && formatCpuList(effective) !== expected)
      found.push(`the kernel gives ${name} ${formatCpuList(effective)}, not ${expected}`);
    const outside = (list: readonly number[]) => list.some((cpu) => !cpus.includes(cpu));
    for (const inner of below)
      if (outside(inner.effective)) found.push(`${inner.path} has ${formatCpuList(inner.effective)}, of ${expected}`);
    for (const { tid, command, cpus: mask } of threads)
      if (outside(mask)) found.push(`thread ${tid} (${command}) of ${name} may run on ${formatCpuList(mask)}, of ${expected}`);
    return found;
  });
}

function limitDepartures(look: MachineLook, files: readonly UnitFile[]): string[] {
  const plan = limitsOfUnits(files);
  return Object.entries(look.groups).flatMap(([name, { limits }]) => {
    const expected = plan[name] ?? noLimits;
    return Object.entries(limits)
      .filter(([key, value]) => value !== expected[key as LimitKey])
      .map(
        ([key, value]) =>
          `${name} has ${key} ${formatLimit(key as LimitKey, value)}, not ${formatLimit(key as LimitKey, expected[key as LimitKey])}`,
      );
  });
}

/** How much was looked at, for the table. */
export function extentOf(look: MachineLook): string {
  const groups = Object.values(look.groups).filter(({ effective }) => effective);
  const sum = (count: (group: (typeof groups)[number]) => number) => groups.reduce((total, group) => total + count(group), 0);
  return `${groups.length} slices and scopes, ${sum(({ below }) => below.length)} groups below, ${sum(({ threads }) => threads.length)} threads`;
}
