import { cpusOfUnits, limitsOfUnits, noLimits, onlineCpus, planOf, type UnitFile } from '#allocation';
import type { Host } from '../host/host.ts';
import type { Aim } from './generation-history.ts';

/** What nobody declared runs here, and what plans before knew and this one does not. */
export const systemGroup = 'system.slice';

/** What a plan's files make of the machine. Slices of plans before that it no longer has lose their file, and what still runs in them goes to the system. */
export function aimOf(host: Host, files: readonly UnitFile[]): Aim {
  const cpus = cpusOfUnits(files);
  const limits = limitsOfUnits(files);
  const stale = host.units().filter((file) => planOf(file) !== undefined && !files.some(({ path }) => path === file.path));
  const texts = Object.fromEntries<string | null>(files.map(({ path, text }) => [path, text]));
  for (const { path } of stale) texts[path] = null;
  for (const group of Object.keys(cpusOfUnits(stale))) cpus[group] ??= cpus[systemGroup] ?? [];
  for (const group of Object.keys(limitsOfUnits(stale))) limits[group] ??= noLimits;
  const movable = host.seeInterrupts().filter(({ isMovable }) => isMovable);
  return { texts, cpus, limits, interrupts: Object.fromEntries(movable.map(({ id }) => [id, cpus[systemGroup] ?? []])) };
}

/** What the machine is now, in the places where an aim would change it, as explicit values: a reset would leave the live mask (systemd #43846). */
export async function formerOf(host: Host, aim: Aim): Promise<Aim> {
  const units = new Map(host.units().map(({ path, text }) => [path, text]));
  const online = onlineCpus(host.topology());
  const groups = await host.seeGroups(groupsOf(aim));
  const interrupts = host.seeInterrupts().filter(({ id, allowed }) => aim.interrupts[id] && allowed.length > 0);
  return {
    texts: Object.fromEntries(Object.keys(aim.texts).map((path) => [path, units.get(path) ?? null])),
    cpus: Object.fromEntries(
      groups
        .filter(({ name }) => aim.cpus[name])
        .map(({ name, property, effective }) => {
          const seen = property.length > 0 ? property : (effective ?? []);
          return [name, seen.length > 0 ? seen : online];
        }),
    ),
    limits: Object.fromEntries(groups.filter(({ name }) => aim.limits[name]).map(({ name, limits }) => [name, limits])),
    interrupts: Object.fromEntries(interrupts.map(({ id, allowed }) => [id, allowed])),
  };
}

/** Names of all groups that an aim says something of. */
export function groupsOf({ cpus, limits }: Pick<Aim, 'cpus' | 'limits'>): string[] {
  return [...new Set([...Object.keys(cpus), ...Object.keys(limits)])].sort();
}
