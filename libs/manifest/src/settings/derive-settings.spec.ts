import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCheckout, profileFolder } from '../appliance.ts';
import { readManifest } from '../manifest-file.ts';
import type { DeclaredBudgets } from './declared.ts';
import { deriveSettings } from './derive-settings.ts';
import { programEnvironment } from './program-settings.ts';

const profiles = profileFolder(findCheckout());
const read = (profile: string) => readManifest(join(profiles, `${profile}.yaml`), profiles);

const budget = (id: string) =>
  fc.record({
    id: fc.constant(id),
    threads: fc.integer({ min: 1, max: 128 }),
    memory: fc.integer({ min: 256, max: 262_144 }).map((maxMb) => ({ maxMb })),
  });
const worker = (name: string) =>
  fc.subarray(['media', 'inference', 'storage', 'general'] as const, { minLength: 1 }).map((roles) => ({ name, roles }));
const perhaps = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: null, freq: 3 });

const declarations: fc.Arbitrary<DeclaredBudgets> = fc.record({
  workloads: fc.tuple(...['postgresql', 'redis', 'api', 'ml', 'video', 'monitoring'].map(budget)),
  workers: fc.tuple(...['one', 'two', 'three', 'four'].map(worker)),
  postgres: fc.record({
    sharedBuffersMb: perhaps(65_536),
    maintenanceWorkMemMb: perhaps(4096),
    maxConnections: fc.integer({ min: 10, max: 500 }),
  }),
  redis: fc.record({ maxMemoryMb: perhaps(65_536) }),
  inference: fc.record({ threads: perhaps(64) }),
  parsers: fc.record({ imageProcesses: fc.integer({ min: 1, max: 32 }), memoryMb: perhaps(8192) }),
});

test('unless an obstacle says so, no program may take more than its slice has', () => {
  let fitting = 0;
  fc.assert(
    fc.property(declarations, (declared) => {
      const { values, obstacles } = deriveSettings(declared);
      const share = (id: string) => {
        const found = declared.workloads.find((workload) => workload.id === id);
        return { threads: found?.threads ?? 0, maxMb: found?.memory?.maxMb ?? 0 };
      };
      const count = (role: string) => declared.workers.filter(({ roles }) => roles.includes(role)).length;
      const isShort = (id: string) => obstacles.some(({ workload }) => workload === id);
      const { postgres, redis, media, inferenceThreads, programs } = values;
      const { tuning } = postgres;
      if (!isShort('postgresql')) {
        const backends = declared.postgres.maxConnections + (tuning?.parallelWorkers ?? 0);
        const worst =
          postgres.sharedBuffersMb +
          2 * postgres.maintenanceWorkMemMb +
          3 * (tuning?.autovacuumWorkMemMb ?? 0) +
          backends * (2 + (2 * (tuning?.workMemKb ?? 0)) / 1024);
        expect(worst).toBeLessThanOrEqual(share('postgresql').maxMb);
        fitting += 1;
      }
      if (!isShort('redis')) expect(redis.maxMemoryMb).toBeLessThanOrEqual(share('redis').maxMb * 0.8);
      if (!isShort('ml')) expect(inferenceThreads * count('inference')).toBeLessThanOrEqual(share('ml').threads);
      for (const id of ['api', 'ml', 'monitoring'].filter((name) => !isShort(name))) {
        const own = Object.values(programs).filter(({ workload }) => workload === id);
        const sum = own.reduce((total, { heapMb = 0, modelMb = 0 }) => total + heapMb + modelMb, 0);
        expect(sum).toBeLessThanOrEqual(share(id).maxMb);
      }
      if (!isShort('video')) {
        const readers = declared.workers.filter(({ roles }) => roles.includes('media'));
        const runs = media.ffmpegProcesses ?? 0;
        expect(readers.length * media.ffmpegThreads * runs).toBeLessThanOrEqual(share('video').threads);
        const needed = readers.reduce((sum, { name }) => sum + (programs[name]?.heapMb ?? 0), 0);
        const parsers = readers.length * (declared.parsers.imageProcesses + 1 + runs) * media.parserMb;
        expect(needed + parsers).toBeLessThanOrEqual(share('video').maxMb);
      }
    }),
    { numRuns: 500 },
  );
  expect(fitting).toBeGreaterThan(50);
});

test('what is declared as a figure holds, and is said to be declared', () => {
  fc.assert(
    fc.property(declarations, (declared) => {
      const { values, settings } = deriveSettings(declared);
      const { sharedBuffersMb } = declared.postgres;
      if (sharedBuffersMb !== null) expect(values.postgres.sharedBuffersMb).toBe(sharedBuffersMb);
      const { source } = settings.find(({ key }) => key === 'postgres.sharedBuffersMb') ?? {};
      expect(source).toBe(sharedBuffersMb === null ? 'derived' : 'declared');
    }),
  );
});

test('on the reference box every figure follows from a budget, and all fit', () => {
  const { values, settings, obstacles } = deriveSettings(read('ryzen-7950x-4090'));
  expect(obstacles).toEqual([]);
  expect(new Set(settings.map(({ source }) => source))).toEqual(new Set(['derived']));
  expect(values).toEqual({
    postgres: {
      sharedBuffersMb: 6144,
      maintenanceWorkMemMb: 1536,
      tuning: {
        effectiveCacheSizeMb: 18_432,
        workMemKb: 56_055,
        autovacuumWorkMemMb: 512,
        workerProcesses: 5,
        parallelWorkers: 4,
        parallelWorkersPerGather: 2,
      },
    },
    redis: { maxMemoryMb: 8192 },
    media: { parserMb: 4096, ffmpegThreads: 3, ffmpegProcesses: 2 },
    inferenceThreads: 4,
    programs: {
      api: { workload: 'api', threadPool: 4, mathThreads: 4, heapMb: 4096, modelMb: 4096 },
      media: { workload: 'video', threadPool: 6, mathThreads: 6, heapMb: 4096 },
      inference: { workload: 'ml', threadPool: 4, mathThreads: 4, heapMb: 3072, modelMb: 12_288 },
      storage: { workload: 'monitoring', threadPool: 4, mathThreads: 1, heapMb: 512 },
      general: { workload: 'monitoring', threadPool: 4, mathThreads: 1, heapMb: 512 },
    },
  });
  expect(settings.find(({ name }) => name === 'shared_buffers')?.formula).toBe('a quarter of 24576 MB');
});

test('the two sockets fit, too', () => {
  expect(deriveSettings(read('epyc-two-socket')).obstacles).toEqual([]);
});

test('where nothing is declared, programs get what the manifest says and nothing else', () => {
  const { values, settings } = deriveSettings(read('evaluation'));
  expect(values.postgres).toEqual({ sharedBuffersMb: 256, maintenanceWorkMemMb: 256 });
  expect(values.media).toEqual({ parserMb: 1536, ffmpegThreads: 2, ffmpegProcesses: null });
  expect(values.programs).toEqual({});
  expect(settings.every(({ source }) => source === 'declared')).toBe(true);
});

test('a slice too small for its program says how much is missing', () => {
  const declared = { ...read('ryzen-7950x-4090') };
  declared.workloads = [{ id: 'postgresql', class: 'latency', threads: 2, memory: { minMb: 64, highMb: 300, maxMb: 300 } }];
  expect(deriveSettings(declared).obstacles).toEqual([
    {
      workload: 'postgresql',
      message: 'PostgreSQL may need 389 MB for its buffers, maintenance and 122 processes; postgresql has 300 MB.',
      needed: 389,
      available: 300,
    },
  ]);
});

test('a process is started with what its budget and its share of the card say', () => {
  const reference = read('ryzen-7950x-4090');
  const { programs } = deriveSettings(reference).values;
  const withoutCard = { programs, gpu: { cards: [] } };
  const own = { UV_THREADPOOL_SIZE: '4', OMP_NUM_THREADS: '4', NODE_OPTIONS: '--max-old-space-size=3072' };
  expect(programEnvironment(withoutCard, 'inference')).toEqual(own);
  expect(programEnvironment(withoutCard, 'keyd')).toEqual({});
  const withCard = { programs, gpu: reference.gpu };
  expect(programEnvironment(withCard, 'inference')).toEqual({
    ...own,
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
    CUDA_VISIBLE_DEVICES: '0',
    CUDA_MPS_PIPE_DIRECTORY: '/run/holdfast-mps',
    CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: '80',
    CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: '0=4500M',
  });
  expect(programEnvironment(withCard, 'storage')).toMatchObject({ CUDA_VISIBLE_DEVICES: '' });
});
