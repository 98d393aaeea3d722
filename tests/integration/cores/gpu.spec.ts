import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MachinePaths } from '#cores-http';
import { profileFolder, readManifest } from '#manifest';
import { gpuRecordings, layOutNvidiaSmi } from '../../../libs/testing/src/recorded-gpus.ts';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';

let world: ApiWorld;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-gpu-'));
  world = await makeApiWorld((appliance) => {
    const profiles = profileFolder(appliance.checkout);
    const { workloads, gpu } = readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles);
    Object.assign(appliance, { workloads, gpu });
  });
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function runOn(machine: keyof typeof gpuRecordings): Promise<void> {
  // What was read a moment ago is told again.
  await wait(1100);
  const nvidiaSmi = layOutNvidiaSmi(join(folder, machine), gpuRecordings[machine]);
  Object.assign(world.app.get(MachinePaths, { strict: false }), { nvidiaSmi });
}

test('the card is told with its shares, the plan, and what is to be known about it', async () => {
  await runOn('rtx-4090');
  const { status, body } = await world.operator.get('/gpu');
  expect(status).toBe(200);
  expect(body.cards[0]).toMatchObject({ name: 'NVIDIA GeForce RTX 4090', usedMb: 1311, encoderSessions: 2, mig: null });
  expect(body.declared[0]).toMatchObject({ card: '0', cardIndex: 0, mps: true, ceilingsMayExceed: true });
  expect(body.plan.environment.ml).toMatchObject({ CUDA_MPS_ACTIVE_THREAD_PERCENTAGE: '80' });
  expect(body.plan.warnings).toHaveLength(2);
  expect([body.problem, body.obstacles]).toEqual([null, []]);
});

test('a machine without a driver says why there are no cards, and what of the plan cannot be', async () => {
  await runOn('no-driver');
  const { status, body } = await world.operator.get('/gpu');
  expect(status).toBe(200);
  expect(body).toMatchObject({ cards: [], plan: null, obstacles: [{ code: 'GPU_CARD_MISSING', card: '0' }] });
  expect(body.problem).toMatch(/^The driver is not loaded/);
});

test('who may not see the box is not told', async () => {
  expect((await world.viewer.get('/gpu')).status).toBe(403);
});
