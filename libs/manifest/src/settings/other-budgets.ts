import type { DeclaredBudgets } from './declared.ts';
import { deriveSettings, type ProgramSettings } from './derive-settings.ts';
import type { Derived, Setting } from './setting.ts';
import type { SettledManifest } from './settled-manifest.ts';

/** A figure that would be another. */
export interface ChangedSetting extends Pick<Setting, 'program' | 'name' | 'unit' | 'workload'> {
  from: number | null;
  to: number | null;
}

/** What programs would be told with other budgets: figures that the manifest says stay, those that follow follow. */
export function deriveWith(appliance: SettledManifest, workloads: DeclaredBudgets['workloads']): Derived<ProgramSettings> {
  const follows = (key: string) => appliance.settings.some((setting) => setting.key === key && setting.source === 'derived');
  const declared = <Figure>(key: string, figure: Figure) => (follows(key) ? null : figure);
  const { postgres, redis, inference, parsers } = appliance;
  return deriveSettings({
    workloads,
    workers: appliance.workers,
    postgres: {
      maxConnections: postgres.maxConnections,
      sharedBuffersMb: declared('postgres.sharedBuffersMb', postgres.sharedBuffersMb),
      maintenanceWorkMemMb: declared('postgres.maintenanceWorkMemMb', postgres.maintenanceWorkMemMb),
    },
    redis: { maxMemoryMb: declared('redis.maxMemoryMb', redis.maxMemoryMb) },
    inference: { threads: declared('inference.threads', inference.threads) },
    parsers: { ...parsers, memoryMb: declared('parsers.memoryMb', parsers.memoryMb) },
  });
}

/** What differs between two lists of figures; null where a figure is only in the other. */
export function changedSettings(before: readonly Setting[], after: readonly Setting[]): ChangedSetting[] {
  const keyOf = ({ program, name }: Setting) => `${program} ${name}`;
  const former = new Map(before.map((setting) => [keyOf(setting), setting]));
  const later = new Map(after.map((setting) => [keyOf(setting), setting]));
  return [...new Set([...former.keys(), ...later.keys()])].flatMap((key) => {
    const [from, to] = [former.get(key), later.get(key)];
    const { program, name, unit, workload } = (to ?? from) as Setting;
    const change = { program, name, unit, workload, from: from?.value ?? null, to: to?.value ?? null };
    return change.from === change.to ? [] : [change];
  });
}
