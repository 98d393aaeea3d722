import { join } from 'node:path';
import { readTopology, type Topology } from '#allocation';
import { HoldfastError } from '#kernel';
import { type Appliance, profileFolder, readManifest, type WorkloadSettings } from '#manifest';

/** Options of every command that plans: another machine, another manifest. */
export const planOptions = [
  { flags: '--sysfs <folder>', summary: 'plan for the machine whose /sys was captured there, not for this one' },
  { flags: '--manifest <file>', summary: 'plan what this manifest declares, not what is in force' },
];

/** What is to be planned: the machine, and the declared workloads. Throws CORES_NOTHING_DECLARED. */
export function readPlanInput(
  appliance: Appliance,
  { sysfs, manifest }: { sysfs?: unknown; manifest?: unknown },
): { topology: Topology; budgets: WorkloadSettings[] } {
  const file = typeof manifest === 'string' ? manifest : undefined;
  const { workloads, profile } = file ? readManifest(file, profileFolder(appliance.checkout)) : appliance;
  if (workloads.length === 0)
    throw new HoldfastError('CORES_NOTHING_DECLARED', {
      kind: 'invalid',
      message: `${file ?? 'The manifest'} (profile ${profile}) declares no workloads: everybody runs everywhere, and there is nothing to plan.`,
      action: `Declare workloads, or plan a profile: --manifest ${join('config', 'profiles', 'ryzen-7950x-4090.yaml')}.`,
    });
  return { topology: readTopology(typeof sysfs === 'string' ? sysfs : '/sys'), budgets: workloads };
}

/** Reads `video=8`. Throws CORES_CHANGE_INVALID. */
export function readThreadChanges(words: readonly string[], budgets: readonly { id: string }[]): Record<string, number> {
  return Object.fromEntries(
    words.map((word) => {
      const [, id, threads] = /^([a-z][a-z0-9-]*)=(\d{1,4})$/.exec(word) ?? [];
      const known = budgets.map((budget) => budget.id);
      if (id !== undefined && known.includes(id)) return [id, Number(threads)];
      throw new HoldfastError('CORES_CHANGE_INVALID', {
        kind: 'invalid',
        message: id === undefined ? `"${word}" is no change of a budget.` : `There is no workload ${id}.`,
        action: `Say for example ${known[0] ?? 'video'}=8; the workloads are ${known.join(', ')}.`,
      });
    }),
  );
}
