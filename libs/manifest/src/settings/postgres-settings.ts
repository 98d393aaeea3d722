import type { PostgresDeclaration } from './declared.ts';
import { chosen, type Derived, following, type Setting, type SettingObstacle, type Share, within } from './setting.ts';

/** What of PostgreSQL follows from its budget alone. */
export interface PostgresTuning {
  effectiveCacheSizeMb: number;
  workMemKb: number;
  autovacuumWorkMemMb: number;
  workerProcesses: number;
  parallelWorkers: number;
  parallelWorkersPerGather: number;
}

export interface PostgresFigures {
  sharedBuffersMb: number;
  maintenanceWorkMemMb: number;
  /** Undefined where no workload declares what PostgreSQL has: its own defaults hold then. */
  tuning?: PostgresTuning;
}

/** A backend's own memory before it sorts anything: below 2 MB, measured by Andres Freund in "Measuring the memory overhead of a Postgres connection" (2020). */
const backendMb = 2;
/** PostgreSQL's default; each may use `autovacuum_work_mem`. */
const autovacuumWorkers = 3;
/** Two indexes may be built at a time: one of ours by a migration, one asked for. */
const indexBuilds = 2;
/** A hash takes twice work_mem (hash_mem_multiplier). */
const hashes = 2;
/** PostgreSQL takes no less (runtime-config-resource). */
const leastWorkMemKb = 64;

const program = 'postgresql';

/**
 * A quarter of its memory for shared_buffers, PostgreSQL's own rule of thumb. What vacuum and index builds do not take is for queries: every connection
 * and every parallel worker may make one hash at a time, and all of them together stay within the budget.
 */
export function derivePostgres(share: Share | undefined, declared: PostgresDeclaration): Derived<PostgresFigures> {
  const { maxMb = 0, threads = 0 } = share ?? {};
  const workload = share?.id ?? program;
  const buffers = chosen(declared.sharedBuffersMb, () => within(16, maxMb / 4, maxMb), {
    ...{ program, name: 'shared_buffers', unit: 'MB', workload, key: 'postgres.sharedBuffersMb' },
    formula: `a quarter of ${maxMb} MB`,
  });
  const maintenance = chosen(declared.maintenanceWorkMemMb, () => within(16, maxMb / 16, 2048), {
    ...{ program, name: 'maintenance_work_mem', unit: 'MB', workload, key: 'postgres.maintenanceWorkMemMb' },
    formula: `a sixteenth of ${maxMb} MB, at most 2048`,
  });
  const figures = { sharedBuffersMb: buffers.value, maintenanceWorkMemMb: maintenance.value };
  if (!share?.maxMb) return { values: figures, settings: [buffers, maintenance], obstacles: [] };
  const autovacuumWorkMemMb = within(4, maxMb / 48, 512);
  const parallelWorkers = Math.max(2, threads);
  const backends = declared.maxConnections + parallelWorkers;
  const fixedMb =
    figures.sharedBuffersMb +
    indexBuilds * figures.maintenanceWorkMemMb +
    autovacuumWorkers * autovacuumWorkMemMb +
    backendMb * backends;
  const spareKb = (maxMb - fixedMb) * 1024;
  const tuning: PostgresTuning = {
    effectiveCacheSizeMb: Math.floor((maxMb * 3) / 4),
    workMemKb: Math.max(leastWorkMemKb, Math.floor(spareKb / (hashes * backends))),
    autovacuumWorkMemMb,
    // One is always taken, by the launcher of logical replication.
    workerProcesses: parallelWorkers + 1,
    parallelWorkers,
    parallelWorkersPerGather: Math.max(1, Math.floor(threads / 2)),
  };
  const settings = [buffers, maintenance, ...tuningSettings(tuning, { workload, maxMb, backends, threads })];
  return { values: { ...figures, tuning }, settings, obstacles: shortages(workload, maxMb, fixedMb, backends) };
}

/** Nothing where every connection can have the least there is. */
function shortages(workload: string, maxMb: number, fixedMb: number, backends: number): SettingObstacle[] {
  const needed = fixedMb + Math.ceil((hashes * backends * leastWorkMemKb) / 1024);
  if (needed <= maxMb) return [];
  const message = `PostgreSQL may need ${needed} MB for its buffers, maintenance and ${backends} processes; ${workload} has ${maxMb} MB.`;
  return [{ workload, message, needed, available: maxMb }];
}

function tuningSettings(
  tuning: PostgresTuning,
  { workload, maxMb, backends, threads }: { workload: string; maxMb: number; backends: number; threads: number },
): Setting[] {
  const own = { program, workload };
  const rest = `what buffers, ${indexBuilds} index builds, ${autovacuumWorkers} autovacuum workers and ${backends} × ${backendMb} MB leave`;
  return [
    following({
      ...{ ...own, name: 'work_mem', unit: 'kB', value: tuning.workMemKb },
      formula: `${rest} of ${maxMb} MB, over ${backends} processes with a hash of ${hashes} × work_mem each`,
    }),
    following({
      ...{ ...own, name: 'effective_cache_size', unit: 'MB', value: tuning.effectiveCacheSizeMb },
      formula: `three quarters of ${maxMb} MB`,
    }),
    following({
      ...{ ...own, name: 'autovacuum_work_mem', unit: 'MB', value: tuning.autovacuumWorkMemMb },
      formula: `a 48th of ${maxMb} MB, at most 512`,
    }),
    following({
      ...{ ...own, name: 'max_worker_processes', unit: 'workers', value: tuning.workerProcesses },
      formula: `max_parallel_workers and one that PostgreSQL keeps for itself`,
    }),
    following({
      ...{ ...own, name: 'max_parallel_workers', unit: 'workers', value: tuning.parallelWorkers },
      formula: `one for each of ${threads} threads, at least 2`,
    }),
    ...['max_parallel_workers_per_gather', 'max_parallel_maintenance_workers'].map((name) =>
      following({
        ...{ ...own, name, unit: 'workers', value: tuning.parallelWorkersPerGather },
        formula: `half of ${threads} threads`,
      }),
    ),
  ];
}
