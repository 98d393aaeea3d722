/** What a workload is guaranteed, slowed down above, and ended above. */
export interface MemoryBudget {
  id: string;
  minMb: number;
  highMb: number;
  maxMb: number;
}

/** Settings of programs that follow from budgets of threads and memory, so that nothing takes more than its slice has. */
export interface DerivedSettings {
  postgres: {
    sharedBuffersMb: number;
    effectiveCacheSizeMb: number;
    maintenanceWorkMemMb: number;
    workMemMb: number;
    maxWorkerProcesses: number;
    maxParallelWorkersPerGather: number;
  };
  redis: { maxMemoryMb: number };
  /** Of each worker that runs models: intra-op threads, and the largest arena for what they hold. */
  onnx: { threads: number; arenaMb: number };
  ffmpeg: { threads: number; processes: number };
  api: { threadPool: number; heapMb: number };
}

/** Memory that guarantees never reach into: for the kernel, the page cache and whoever nobody thought of. */
export const unguaranteedMb = 8192;

/** Why guarantees do not fit into a machine; undefined where they do. The sum of all `minMb` must leave 8 GB. */
export function memoryObstacle(
  budgets: readonly MemoryBudget[],
  machineMb: number,
): { needed: number; available: number } | undefined {
  const needed = budgets.reduce((sum, { minMb }) => sum + minMb, 0);
  const available = machineMb - unguaranteedMb;
  return needed > available ? { needed, available } : undefined;
}

/** What a workload has for its programs. */
interface Share {
  threads: number;
  maxMb: number;
}

/**
 * Derives what programs are told. PostgreSQL's own rule of thumb is a quarter of its memory for shared_buffers; Redis copies pages while it writes its
 * snapshot, so that a fifth of its slice stays free; half of a model worker's memory is for what is not the arena (weights, pictures).
 */
export function deriveSettings(shares: {
  postgresql: Share;
  redis: Share;
  api: Share;
  ml: Share;
  video: Share;
}): DerivedSettings {
  const { postgresql, redis, api, ml, video } = shares;
  const sharedBuffersMb = Math.floor(postgresql.maxMb / 4);
  const maintenanceWorkMemMb = Math.min(2048, Math.floor(postgresql.maxMb / 12));
  const ffmpegThreads = Math.min(4, video.threads);
  return {
    postgres: {
      sharedBuffersMb,
      effectiveCacheSizeMb: Math.floor((postgresql.maxMb * 3) / 4),
      maintenanceWorkMemMb,
      // A query may sort in several places at once, on every connection that is at work: as many as there are threads, four sorts each.
      workMemMb: Math.max(
        4,
        Math.floor((postgresql.maxMb - sharedBuffersMb - 2 * maintenanceWorkMemMb) / (4 * 4 * postgresql.threads)),
      ),
      maxWorkerProcesses: Math.max(2, postgresql.threads),
      maxParallelWorkersPerGather: Math.max(1, Math.floor(postgresql.threads / 2)),
    },
    redis: { maxMemoryMb: Math.floor(redis.maxMb * 0.8) },
    onnx: { threads: ml.threads, arenaMb: Math.floor(ml.maxMb / 2) },
    ffmpeg: { threads: ffmpegThreads, processes: Math.max(1, Math.floor(video.threads / ffmpegThreads)) },
    api: { threadPool: Math.max(4, api.threads), heapMb: Math.min(4096, Math.floor(api.maxMb / 2)) },
  };
}
