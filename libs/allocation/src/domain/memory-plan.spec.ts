import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveSettings, memoryObstacle, unguaranteedMb } from './memory-plan.ts';

test('guarantees leave 8 GB for the system and the page cache', () => {
  const budgets = [{ id: 'postgresql', minMb: 16_384, highMb: 20_000, maxMb: 24_000 }];
  expect(memoryObstacle(budgets, 16_384 + unguaranteedMb)).toBeUndefined();
  expect(memoryObstacle(budgets, 20_000)).toEqual({ needed: 16_384, available: 20_000 - unguaranteedMb });
});

const share = fc.record({ threads: fc.integer({ min: 1, max: 128 }), maxMb: fc.integer({ min: 512, max: 262_144 }) });
const shares = fc.record({ postgresql: share, redis: share, api: share, ml: share, video: share });

test('no program is told to take more than its slice has', () => {
  fc.assert(
    fc.property(shares, (all) => {
      const { postgres, redis, onnx, ffmpeg, api } = deriveSettings(all);
      const sorts = 4 * 4 * all.postgresql.threads * Math.max(postgres.workMemMb, 4);
      const floor = 4 * 4 * all.postgresql.threads * 4;
      expect(postgres.sharedBuffersMb + 2 * postgres.maintenanceWorkMemMb + sorts).toBeLessThanOrEqual(
        Math.max(all.postgresql.maxMb, postgres.sharedBuffersMb + 2 * postgres.maintenanceWorkMemMb + floor),
      );
      expect(redis.maxMemoryMb).toBeLessThan(all.redis.maxMb);
      expect(onnx.arenaMb).toBeLessThan(all.ml.maxMb);
      expect(onnx.threads).toBe(all.ml.threads);
      expect(ffmpeg.threads * ffmpeg.processes).toBeLessThanOrEqual(all.video.threads);
      expect(api.heapMb).toBeLessThan(all.api.maxMb);
    }),
  );
});

test('the reference box gets what its budgets say', () => {
  const gigabytes = (count: number, threads: number) => ({ threads, maxMb: count * 1024 });
  expect(
    deriveSettings({
      postgresql: gigabytes(24, 4),
      redis: gigabytes(10, 2),
      api: gigabytes(12, 4),
      ml: gigabytes(24, 4),
      video: gigabytes(32, 6),
    }),
  ).toEqual({
    postgres: {
      sharedBuffersMb: 6144,
      effectiveCacheSizeMb: 18_432,
      maintenanceWorkMemMb: 2048,
      workMemMb: 224,
      maxWorkerProcesses: 4,
      maxParallelWorkersPerGather: 2,
    },
    redis: { maxMemoryMb: 8192 },
    onnx: { threads: 4, arenaMb: 12_288 },
    ffmpeg: { threads: 4, processes: 1 },
    api: { threadPool: 4, heapMb: 4096 },
  });
});
