import type { PostgresFigures } from './postgres-settings.ts';
import { programEnvironment } from './program-settings.ts';
import type { SettledManifest } from './settled-manifest.ts';

/** A file of settings for services of Debian and for our own units, by its path below `/etc/holdfast-plan`. */
export interface SettingsFile {
  path: string;
  text: string;
}

const header = '# Written by Holdfast from the budgets of its workloads. Change config/appliance.yaml instead.\n';

/** Sizes as lines of `postgresql.conf`, for a server of our own and for Debian's. */
export function renderPostgresSizes({
  sharedBuffersMb,
  maintenanceWorkMemMb,
  maxConnections,
  tuning,
}: PostgresFigures & { maxConnections: number }): string {
  return asLines(' = ', {
    max_connections: maxConnections,
    shared_buffers: `${sharedBuffersMb}MB`,
    maintenance_work_mem: `${maintenanceWorkMemMb}MB`,
    ...(tuning && {
      work_mem: `${tuning.workMemKb}kB`,
      effective_cache_size: `${tuning.effectiveCacheSizeMb}MB`,
      autovacuum_work_mem: `${tuning.autovacuumWorkMemMb}MB`,
      max_worker_processes: tuning.workerProcesses,
      max_parallel_workers: tuning.parallelWorkers,
      max_parallel_workers_per_gather: tuning.parallelWorkersPerGather,
      max_parallel_maintenance_workers: tuning.parallelWorkersPerGather,
    }),
  });
}

/** What PostgreSQL, Redis and the units of the appliance read on a box where Debian's services run: ADR 26. Sorted by path. */
export function renderSettings({ postgres, redis, programs }: SettledManifest): SettingsFile[] {
  const environments = Object.keys(programs).map((name) => environmentFile(programs, name));
  const files = [
    ...environments,
    { path: 'postgresql.conf', text: `${header}${renderPostgresSizes(postgres)}` },
    // BullMQ's queues must never be evicted: a full Redis refuses writes instead.
    {
      path: 'redis.conf',
      text: `${header}${asLines(' ', { maxmemory: `${redis.maxMemoryMb}mb`, 'maxmemory-policy': 'noeviction' })}`,
    },
  ];
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Shares of graphics cards are not in it: a unit's file goes before its drop-ins, and those are the host agent's. */
function environmentFile(programs: SettledManifest['programs'], name: string): SettingsFile {
  const variables = programEnvironment({ programs, gpu: { cards: [] } }, name);
  return { path: `environment/${name}.env`, text: `${header}${asLines('=', variables)}` };
}

function asLines(between: string, settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}${between}${value}\n`)
    .join('');
}
