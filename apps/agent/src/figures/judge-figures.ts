import type { SettledManifest } from '#manifest';

/** What PostgreSQL takes (runtime-config-resource); fewer connections or buffers would not carry the appliance. */
const bounds = {
  max_connections: [10, 10_000],
  'shared_buffers, MB': [16, 8_388_607],
  'maintenance_work_mem, MB': [1, 2_097_151],
  'effective_cache_size, MB': [1, 16_777_215],
  'work_mem, kB': [64, 2_147_483_647],
  max_parallel_workers: [1, 4096],
} as const satisfies Record<string, readonly [number, number]>;

/** Redis with less is full before the first job. */
const leastRedisMb = 16;
const mostRedisMb = 16_777_216;

/** Buffers are taken at the start, whole; more than so much of the machine it would not get. */
const mostOfMachine = 0.75;

/**
 * Why a server could not start, or not work, with the figures of a manifest: by the file that would tell them, nothing where it can. Pure. `machineMb`
 * null: another machine's, not to be judged.
 */
export function judgeFigures(
  { postgres, redis }: Pick<SettledManifest, 'postgres' | 'redis'>,
  machineMb: number | null,
): Record<string, string> {
  const why = whyNotPostgres(postgres) ?? tooLarge(postgres.sharedBuffersMb, machineMb);
  return {
    ...(why === undefined ? {} : { 'postgresql.conf': why }),
    ...(isWithin(redis.maxMemoryMb, [leastRedisMb, mostRedisMb])
      ? {}
      : { 'redis.conf': `maxmemory, MB, would be ${redis.maxMemoryMb}; it may be ${leastRedisMb} to ${mostRedisMb}` }),
  };
}

function whyNotPostgres({ maxConnections, sharedBuffersMb, maintenanceWorkMemMb, tuning }: SettledManifest['postgres']) {
  const figures: Partial<Record<keyof typeof bounds, number>> = {
    max_connections: maxConnections,
    'shared_buffers, MB': sharedBuffersMb,
    'maintenance_work_mem, MB': maintenanceWorkMemMb,
    ...(tuning && {
      'effective_cache_size, MB': tuning.effectiveCacheSizeMb,
      'work_mem, kB': tuning.workMemKb,
      max_parallel_workers: tuning.parallelWorkers,
    }),
  };
  const wrong = (Object.keys(bounds) as (keyof typeof bounds)[]).find((name) => {
    const value = figures[name];
    return value !== undefined && !isWithin(value, bounds[name]);
  });
  return wrong && `${wrong} would be ${figures[wrong]}; it may be ${bounds[wrong].join(' to ')}`;
}

function tooLarge(sharedBuffersMb: number, machineMb: number | null): string | undefined {
  if (machineMb === null || sharedBuffersMb <= machineMb * mostOfMachine) return undefined;
  return `shared_buffers would be ${sharedBuffersMb} MB, and the machine has ${machineMb} MB in all`;
}

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
