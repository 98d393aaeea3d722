import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GpuRecording, gpuRecordings, layOutNvidiaSmi } from '../../../testing/src/recorded-gpus.ts';
import { encoderSessionLimit, type GpuCard } from './gpu-card.ts';
import { readGpus } from './nvidia-smi.adapter.ts';
import { parseGpus } from './parse-gpus.ts';
import { planGpus } from './plan-gpus.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpus-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const readOn = (machine: keyof typeof gpuRecordings) =>
  readGpus(layOutNvidiaSmi(join(folder, machine), gpuRecordings[machine] as GpuRecording));

test('a card is told with what it is and does', async () => {
  expect(await readOn('rtx-4090')).toEqual({
    problem: null,
    cards: [
      {
        index: 0,
        uuid: 'GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37',
        name: 'NVIDIA GeForce RTX 4090',
        driver: '550.127.05',
        memoryMb: 24_564,
        usedMb: 1311,
        utilisationPercent: 37,
        encoderPercent: 12,
        encoderSessions: 2,
        temperatureCelsius: 54,
        powerWatts: 143.2,
        powerLimitWatts: 450,
        mig: null,
      },
    ],
  });
});

test('what a card does not tell is unknown, not nought', async () => {
  const { cards } = await readOn('h100-mig');
  expect(cards[0]).toMatchObject({ utilisationPercent: null, encoderSessions: null, mig: true, memoryMb: 81_559 });
});

test.each([
  ['no number', '[N/A], GPU-1, 24564', ''],
  ['no memory', '0, GPU-1, [N/A]', ''],
  ['no name of its own', '0, MIG-1, 24564', ''],
  ['all of them', '0, GPU-1, 24564', 'GPU-1'],
])('a card that lacks what every card has is left out: %s', (_what, row, uuid) => {
  const cards = parseGpus(`index, uuid, memory.total [MiB]\n${row}\n`);
  expect(cards.map((card) => card.uuid).join()).toBe(uuid);
});

test('a driver that knows fewer fields is asked for fewer', async () => {
  const { cards, problem } = await readOn('old-driver');
  expect(problem).toBeNull();
  expect(cards[0]).toMatchObject({ driver: '525.147.05', encoderPercent: null, encoderSessions: 0, usedMb: 1311 });
});

test.each([
  ['no-driver', /^The driver is not loaded: .+ It says: NVIDIA-SMI has failed because/],
  ['driver-mismatch', /different versions: restart the machine .+ NVML library version: 550\.127$/],
  ['no-card', /^The driver finds no card\. It says: No devices were found$/],
] as const)('without cards the reason is told: %s', async (machine, reason) => {
  const { cards, problem } = await readOn(machine);
  expect(cards).toEqual([]);
  expect(problem).toMatch(reason);
});

test('a machine without the program says that there is no driver', async () => {
  expect(await readGpus(join(folder, 'not-there'))).toEqual({
    cards: [],
    problem: `${join(folder, 'not-there')} is not installed: there is no NVIDIA driver on this machine.`,
  });
});

test('where the driver cannot be asked its own list says which cards there are, and the plan says what is not known', async () => {
  const listed = join(folder, 'proc/driver/nvidia');
  mkdirSync(join(listed, 'gpus/0000:01:00.0'), { recursive: true });
  writeFileSync(
    join(listed, 'version'),
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.127.05  Tue Oct  8 03:22:07 UTC 2024\nGCC version: 12\n',
  );
  writeFileSync(
    join(listed, 'gpus/0000:01:00.0/information'),
    'Model: \t\t NVIDIA GeForce RTX 4090\nGPU UUID: \t GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37\nGPU Excluded:\t No\n',
  );
  const program = layOutNvidiaSmi(join(folder, 'walled'), gpuRecordings['no-driver']);
  const { cards, problem } = await readGpus(program, join(folder, 'proc'));
  expect(problem).toMatch(/^The driver is not loaded/);
  expect(cards).toMatchObject([{ index: 0, name: 'NVIDIA GeForce RTX 4090', driver: '550.127.05', memoryMb: null }]);
  const share = { workload: 'ml', ceilingPercent: 80, memoryMb: 90_000, processes: 1, encoderSessions: 8 };
  const settings = { card: 0, reserveMb: 1024, mps: true, ceilingsMayExceed: false, encoderSessions: null };
  const { plan } = planGpus([{ ...settings, shares: [share] }], cards, ['ml']);
  expect(plan?.warnings).toEqual(['How much memory card 0 has cannot be asked here: whether shares fit is not known.']);
  const { obstacles } = planGpus([{ ...settings, shares: [{ ...share, encoderSessions: 9 }] }], cards, ['ml']);
  expect(obstacles.map(({ code }) => code)).toEqual(['GPU_ENCODER_SESSIONS_SHORT']);
});

test('drivers limit the films that GeForce cards encode at a time', () => {
  const card = (change: Partial<GpuCard>) =>
    ({ name: 'NVIDIA GeForce RTX 4090', driver: '550.54', encoderSessions: 0, ...change }) as GpuCard;
  expect(encoderSessionLimit(card({}))).toBe(8);
  expect(encoderSessionLimit(card({ driver: '535.183.01' }))).toBe(5);
  expect(encoderSessionLimit(card({ driver: '525.147.05' }))).toBe(3);
  expect(encoderSessionLimit(card({ name: 'NVIDIA RTX 6000 Ada Generation' }))).toBeNull();
  expect(encoderSessionLimit(card({ name: 'NVIDIA H100 80GB HBM3', encoderSessions: null }))).toBe(0);
});

test('the cards of this very machine', async (context) => {
  if (!existsSync('/usr/bin/nvidia-smi')) context.skip('/usr/bin/nvidia-smi is not installed: no NVIDIA driver here');
  const { cards, problem } = await readGpus();
  if (problem) context.skip(problem);
  expect(cards.length).toBeGreaterThan(0);
  for (const card of cards) {
    expect(card.uuid).toMatch(/^GPU-/);
    expect(card.usedMb ?? 0).toBeLessThanOrEqual(card.memoryMb ?? Number.POSITIVE_INFINITY);
  }
});
