import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findCheckout } from '#manifest';
import { type GpuRecording, gpuRecordings, layOutNvidiaSmi } from '../../libs/testing/src/recorded-gpus.ts';

// The commands of memory and graphics cards, for the reference profile.

const checkout = findCheckout();
const program = join(checkout, 'dist', 'apps', 'cli', 'src', 'main.js');
const profile = join(checkout, 'config', 'profiles', 'ryzen-7950x-4090.yaml');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  if (!existsSync(program)) context.skip('dist/ is not built: npm run build');
});

function holdfast(...words: string[]): Promise<{ code: number; out: string }> {
  const env = { ...process.env, HOLDFAST_HOME: join(folder, 'home'), NO_COLOR: '1' };
  return new Promise((settle) => {
    execFile(process.execPath, [program, ...words], { env }, (error, stdout, stderr) => {
      settle({ code: error ? Number(error.code) : 0, out: stdout + stderr });
    });
  });
}
const card = (machine: keyof typeof gpuRecordings) => [
  '--nvidia-smi',
  layOutNvidiaSmi(join(folder, machine), gpuRecordings[machine] as GpuRecording),
];

test('memory plan says every figure of the reference box and how it follows', async () => {
  const { out } = await holdfast('memory', 'plan', '--manifest', profile);
  expect(out).toMatch(/^postgresql +shared_buffers +6144 MB +a quarter of 24576 MB$/m);
  expect(out).toMatch(/^redis +maxmemory +8192 MB +four fifths of 10240 MB/m);
  const { out: json } = await holdfast('memory', 'plan', '--manifest', profile, '--json');
  expect(JSON.parse(json).settings).toContainEqual(expect.objectContaining({ name: '-threads', value: 3, source: 'derived' }));
});

test('memory render writes what PostgreSQL, Redis and the units read', async () => {
  const target = join(folder, 'rendered');
  expect((await holdfast('memory', 'render', '--manifest', profile, '--out', target)).out).toBe(
    `7 files are below ${target}.\n`,
  );
  expect(readdirSync(target).sort()).toEqual(['environment', 'postgresql.conf', 'redis.conf']);
  expect(readFileSync(join(target, 'environment', 'inference.env'), 'utf8')).toContain('OMP_NUM_THREADS=4\n');
});

test('where nothing is declared, memory show says so and is no error', async () => {
  const { code, out } = await holdfast('memory', 'show');
  expect([code, out]).toEqual([0, expect.stringContaining('No workloads are declared: everybody takes what there is.')]);
});

test('gpu plan fits the shares onto the card that is there, and says what is to be known', async () => {
  const { code, out } = await holdfast('gpu', 'plan', '--manifest', profile, ...card('rtx-4090'));
  expect(code).toBe(0);
  expect(out).toMatch(/^0 +ml +80 % +18000 MB +4 +0$/m);
  expect(out).toContain('! Percentages are ceilings, not reservations');
  const { out: shown } = await holdfast('gpu', 'show', ...card('rtx-4090'));
  expect(shown).toMatch(/^0 +NVIDIA GeForce RTX 4090 +1311 MB of 24564 +37 % +2 +54 °C +143\.2 W +550\.127\.05$/m);
});

test('gpu plan without a driver says why, and exits with 1', async () => {
  const { code, out } = await holdfast('gpu', 'plan', '--manifest', profile, ...card('driver-mismatch'));
  expect(code).toBe(1);
  expect(out).toContain('different versions: restart the machine');
  expect(out).toContain('✗ There is no card 0 in this machine.');
});

test('gpu render writes the unit of the MPS server, and what programs are told', async () => {
  const target = join(folder, 'units');
  const { code } = await holdfast('gpu', 'render', '--manifest', profile, ...card('rtx-4090'), '--out', target);
  expect([code, readdirSync(target).length]).toEqual([0, 6]);
  const dropIn = join(target, 'holdfast-worker@inference.service.d', '50-holdfast.conf');
  expect(readFileSync(dropIn, 'utf8')).toContain('Environment=CUDA_MPS_ACTIVE_THREAD_PERCENTAGE=80\n');
});
