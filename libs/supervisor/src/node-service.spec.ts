import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Appliance, loadAppliance } from '#manifest';
import { startWorker } from './node-service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'node-service-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = `
const { writeFileSync } = require('node:fs');
const { env: { UV_THREADPOOL_SIZE: pool, OMP_NUM_THREADS: math, HOLDFAST_HOME: home } } = process;
const heapMb = require('node:v8').getHeapStatistics().heap_size_limit / 1048576;
writeFileSync(home + '/told.json', JSON.stringify({ pool, math, heapMb }));
process.send({ ready: true });
setInterval(() => {}, 1000);
`;

/** The reference box, with a worker in place of ours that says what it was started with. */
function referenceAppliance(): Appliance {
  const manifest = join(folder, 'appliance.yaml');
  writeFileSync(manifest, 'profile: ryzen-7950x-4090\n');
  const appliance = loadAppliance({ HOLDFAST_HOME: folder, HOLDFAST_MANIFEST: manifest });
  const entry = join(folder, 'dist/apps/worker/src/main.js');
  for (const path of [dirname(entry), appliance.paths.logs, appliance.paths.scratch]) mkdirSync(path, { recursive: true });
  writeFileSync(entry, program);
  return { ...appliance, checkout: folder };
}

async function toldBy(appliance: Appliance, worker: string): Promise<{ pool?: string; math?: string; heapMb: number }> {
  const running = await startWorker(appliance, worker, '0', new AbortController().signal);
  await running.stop();
  return JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8'));
}

test('a worker is started with the threads and the memory that its workload leaves it', async () => {
  const told = await toldBy(referenceAppliance(), 'inference');
  expect(told).toMatchObject({ pool: '4', math: '4' });
  // V8 adds a little for what is new.
  expect(Math.abs(told.heapMb - 3072)).toBeLessThan(200);
});

test('a worker that nothing is planned for is started as it is', async () => {
  const told = await toldBy({ ...referenceAppliance(), programs: {} }, 'inference');
  expect([told.pool, told.math]).toEqual([undefined, undefined]);
});
