import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCheckout, type GpuCardSettings, profileFolder, readManifest } from '#manifest';
import { gpuRecordings } from '../../../testing/src/recorded-gpus.ts';
import { parseGpus } from './parse-gpus.ts';
import { planGpus } from './plan-gpus.ts';
import { renderMps } from './render-mps.ts';

const profiles = profileFolder(findCheckout());
const reference = readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles).gpu.cards;
const [referenceCard] = reference as [GpuCardSettings];
const cards4090 = parseGpus(gpuRecordings['rtx-4090'].output);
const workloads = ['ml', 'video', 'api'];
const codesOf = (declared: readonly GpuCardSettings[], cards = cards4090) =>
  planGpus(declared, cards, workloads).obstacles.map(({ code }) => code);

test('the reference box gets its shares, with what is to be known about them', () => {
  const { plan } = planGpus(reference, cards4090, workloads);
  expect(plan?.environment).toEqual({
    ml: {
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '0',
      CUDA_MPS_PIPE_DIRECTORY: '/run/holdfast-mps',
      CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: '80',
      CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: '0=4500M',
    },
    video: {
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '0',
      CUDA_MPS_PIPE_DIRECTORY: '/run/holdfast-mps',
      CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: '40',
      CUDA_MPS_PINNED_DEVICE_MEM_LIMIT: '0=682M',
    },
  });
  expect(plan?.warnings).toEqual([
    'Programs that share a card through MPS share its faults: what one of them does wrong may end all of them.',
    'Percentages are ceilings, not reservations: who idles leaves the card to others.',
  ]);
});

const change = (part: Partial<GpuCardSettings>): GpuCardSettings[] => [{ ...referenceCard, ...part }];
const shares = (part: object) => referenceCard.shares.map((share) => ({ ...share, ...part }));

test.each([
  ['a card that is not there', change({ card: 3 }), 'GPU_CARD_MISSING'],
  ['ceilings above 100 that nobody meant', change({ ceilingsMayExceed: false }), 'GPU_CEILINGS_EXCEED'],
  ['more memory than there is', change({ shares: shares({ memoryMb: 12_000 }) }), 'GPU_MEMORY_SHORT'],
  ['more films than the driver encodes', change({ shares: shares({ encoderSessions: 5 }) }), 'GPU_ENCODER_SESSIONS_SHORT'],
  ['more processes than a server takes', change({ shares: shares({ processes: 30 }) }), 'GPU_CLIENTS_EXCEED'],
  ['a share for nobody', change({ shares: shares({ workload: 'cinema' }) }), 'GPU_WORKLOAD_UNKNOWN'],
])('%s is no plan', (_, declared, code) => {
  expect(codesOf(declared)).toContain(code);
});

test('what is short is said in figures', () => {
  expect(planGpus(change({ reserveMb: 4096 }), cards4090, workloads).obstacles).toEqual([
    {
      code: 'GPU_MEMORY_SHORT',
      card: '0',
      message: 'Shares of card 0 add up to 22096 MB; it has 24564 MB, of which 4096 MB stay free.',
      needed: 22_096,
      available: 20_468,
    },
  ]);
});

test('a card that is cut into instances is not shared as a whole', () => {
  const declared = change({
    shares: [{ ...referenceCard.shares[0], encoderSessions: 0 } as GpuCardSettings['shares'][number]],
  });
  expect(codesOf(declared, parseGpus(gpuRecordings['h100-mig'].output))).toEqual(['GPU_MIG_ENABLED']);
});

test('the driver counts films on all GeForce cards together', () => {
  const two = [0, 1].map((card) => ({ ...referenceCard, card }));
  expect(codesOf(two, parseGpus(gpuRecordings['two-4090'].output))).toEqual(['GPU_ENCODER_SESSIONS_SHORT']);
});

const share = (workload: string) =>
  fc.record({
    workload: fc.constant(workload),
    ceilingPercent: fc.integer({ min: 1, max: 100 }),
    memoryMb: fc.integer({ min: 1, max: 40_000 }),
    processes: fc.integer({ min: 1, max: 48 }),
    encoderSessions: fc.integer({ min: 0, max: 12 }),
  });
const declarations = fc.record({
  card: fc.constantFrom(0, 1, 'GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37'),
  reserveMb: fc.integer({ min: 0, max: 30_000 }),
  mps: fc.boolean(),
  ceilingsMayExceed: fc.boolean(),
  encoderSessions: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null }),
  shares: fc.tuple(share('ml'), share('video')).chain((both) => fc.subarray(both)),
});

test('a plan never gives more of a card than there is, and the parts of its processes stay within its share', () => {
  fc.assert(
    fc.property(declarations, (declared) => {
      const { plan, obstacles } = planGpus([declared], cards4090, workloads);
      expect(plan === null).toBe(obstacles.length > 0);
      // Of a card that nobody shares nothing is given, whether it is there or not.
      if (!plan || declared.shares.length === 0) return;
      const sum = (part: 'memoryMb' | 'encoderSessions' | 'ceilingPercent') =>
        declared.shares.reduce((total, one) => total + one[part], 0);
      expect(sum('memoryMb') + declared.reserveMb).toBeLessThanOrEqual(24_564);
      expect(sum('encoderSessions')).toBeLessThanOrEqual(declared.encoderSessions ?? 8);
      if (!declared.ceilingsMayExceed) expect(sum('ceilingPercent')).toBeLessThanOrEqual(100);
      for (const { workload, memoryMb, processes } of declared.shares) {
        const limit = plan.environment[workload]?.CUDA_MPS_PINNED_DEVICE_MEM_LIMIT;
        if (declared.mps) expect(Number(/^0=(\d+)M$/.exec(limit ?? '')?.[1]) * processes).toBeLessThanOrEqual(memoryMb);
        else expect(limit).toBeUndefined();
      }
    }),
    { numRuns: 500 },
  );
});

test('the same declaration gives the same plan, byte for byte', () => {
  expect(planGpus(reference, cards4090, workloads)).toEqual(planGpus(reference, cards4090, [...workloads].reverse()));
});

test('the unit of the server is as it was agreed, and there is none without shares', async () => {
  const [unit] = renderMps(reference, 'ab'.repeat(32));
  await expect(unit?.text).toMatchFileSnapshot('golden/holdfast-mps.service.txt');
  expect(renderMps(change({ mps: false }), 'ab'.repeat(32))).toEqual([]);
  expect(renderMps([], 'ab'.repeat(32))).toEqual([]);
});
