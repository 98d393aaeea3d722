import type { DeclaredBudgets } from './declared.ts';
import { deriveMedia, type MediaFigures } from './media-settings.ts';
import { deriveModels } from './model-settings.ts';
import { derivePostgres, type PostgresFigures } from './postgres-settings.ts';
import { derivePrograms, type ProgramFigures } from './program-settings.ts';
import { deriveRedis } from './redis-settings.ts';
import type { Derived, Share } from './setting.ts';

/** What every program is told of threads and memory. */
export interface ProgramSettings {
  postgres: PostgresFigures;
  redis: { maxMemoryMb: number };
  media: MediaFigures;
  /** Threads of one model process. */
  inferenceThreads: number;
  /** The api and the workers by name; none where no workload is declared for them. */
  programs: Record<string, ProgramFigures>;
}

/**
 * Derives what programs are told from the budgets of threads and memory, so that none takes more than its slice has: ADR 26. What the manifest says as a figure
 * holds; what it leaves null follows. Obstacles say what does not fit; the values are then the least that programs can run with.
 */
export function deriveSettings(declared: DeclaredBudgets): Derived<ProgramSettings> {
  const shares = new Map<string, Share>(
    declared.workloads.map(({ id, threads, memory }) => [id, { id, threads, maxMb: memory?.maxMb }]),
  );
  const postgres = derivePostgres(shares.get('postgresql'), declared.postgres);
  const redis = deriveRedis(shares.get('redis'), declared.redis.maxMemoryMb);
  const programs = derivePrograms(shares, declared);
  const models = deriveModels(shares.get('ml'), declared);
  const reader = declared.workers.find(({ roles }) => roles.includes('media'));
  const media = deriveMedia(shares.get('video'), declared, (reader && programs.values[reader.name]?.heapMb) ?? 0);
  const all = [postgres, redis, programs, models, media];
  return {
    values: {
      postgres: postgres.values,
      redis: redis.values,
      media: media.values,
      inferenceThreads: models.values.threads,
      programs: programs.values,
    },
    settings: all.flatMap(({ settings }) => settings),
    obstacles: all.flatMap(({ obstacles }) => obstacles),
  };
}
