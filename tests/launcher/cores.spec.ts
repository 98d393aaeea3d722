import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findCheckout } from '#manifest';
import { layOutSysfs, sysfsMachines } from '../../libs/testing/src/sysfs-tree.ts';

// The commands of the planner, on the machine of the reference profile.

const checkout = findCheckout();
const program = join(checkout, 'dist', 'apps', 'cli', 'src', 'main.js');
const profile = join(checkout, 'config', 'profiles', 'ryzen-7950x-4090.yaml');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cores-'));
  layOutSysfs(join(folder, 'sys'), sysfsMachines['7950x']);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach((context) => {
  if (!existsSync(program)) context.skip('dist/ is not built: npm run build');
});

function cores(...words: string[]): Promise<{ code: number; out: string; answer: Record<string, unknown> }> {
  const all = [program, 'cores', ...words];
  const env = { ...process.env, HOLDFAST_HOME: join(folder, 'home'), NO_COLOR: '1' };
  return new Promise((settle) => {
    execFile(process.execPath, all, { env }, (error, stdout, stderr) => {
      const out = stdout + stderr;
      const answer = words.includes('--json') ? (JSON.parse(stdout || stderr) as Record<string, unknown>) : {};
      settle({ code: error ? Number(error.code) : 0, out, answer });
    });
  });
}
const onReference = (manifest = profile) => ['--sysfs', join(folder, 'sys'), '--manifest', manifest];

test('the profile of the reference box gives the plan of its specification, byte for byte each time', async () => {
  const { code, out, answer } = await cores('plan', ...onReference(), '--json');
  expect(code).toBe(0);
  expect(answer).toMatchObject({
    feasible: true,
    optimal: true,
    assignments: {
      os: '0,16',
      api: '1-2,17-18',
      postgresql: '3-4,19-20',
      redis: '5,21',
      video: '8-10,24-26',
      ml: '11-12,27-28',
      monitoring: '13,29',
      reserve: '6-7,14-15,22-23,30-31',
    },
  });
  expect((await cores('plan', ...onReference(), '--json')).out).toBe(out);
});

test('people see the domains with who has them, and why', async () => {
  const { out } = await cores('plan', ...onReference());
  expect(out).toMatch(/L3 domain of CPU 8, 32 MiB/);
  expect(out).toMatch(/8 video +9 video +10 video +11 ml/);
  expect(out).toMatch(/video +8-10,24-26 +All of it lies in the L3 domain of CPU 8/);
});

test('what if video had two threads more: it gets them out of the reserve, and nobody else moves', async () => {
  const { code, answer } = await cores('what-if', 'video=8', ...onReference(), '--json');
  expect(code).toBe(0);
  expect(answer).toMatchObject({ changes: [{ id: 'video', gained: '14,30', lost: '' }], worse: [] });
});

test('budgets that do not fit are refused with what would', async () => {
  const { code, answer, out } = await cores('what-if', 'video=30', ...onReference(), '--json');
  expect(code, out).toBe(1);
  expect(answer).toMatchObject({
    feasible: false,
    code: 'OVERCOMMIT',
    needed: 48,
    available: 32,
    nearestFeasible: { video: 14 },
  });
});

test('the plan is rendered as systemd reads it without a complaint', async (context) => {
  const out = join(folder, 'units');
  expect((await cores('render', ...onReference(), '--out', out)).code).toBe(0);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(slice|conf)$/.test(name));
  expect(files).toEqual(expect.arrayContaining(['holdfast-video.slice', join('postgresql@.service.d', '50-holdfast.conf')]));
  expect(readFileSync(join(out, 'holdfast-video.slice'), 'utf8')).toContain('AllowedCPUs=8-10,24-26\n');
  const analyze = spawnSync(
    'systemd-analyze',
    ['verify', ...files.filter((name) => name.endsWith('.slice')).map((name) => join(out, name))],
    {
      encoding: 'utf8',
    },
  );
  if (analyze.error) return context.skip(`systemd-analyze is not here: ${analyze.error.message}`);
  expect(analyze.stderr.split('\n').filter((line) => line.includes(out))).toEqual([]);
  expect(analyze.status).toBe(0);
});

test.each([
  ['an unknown workload', ['what-if', 'wideo=8'], 'CORES_CHANGE_INVALID'],
  ['a change that is none', ['what-if', 'video'], 'CORES_CHANGE_INVALID'],
])('%s is named', async (_, words, code) => {
  const { answer } = await cores(...words, ...onReference(), '--json');
  expect(answer).toMatchObject({ error: { code } });
});

test('a machine that declares nothing, a folder that is no sysfs, and a manifest with mistakes say so', async () => {
  expect((await cores('plan', '--json')).answer).toMatchObject({ error: { code: 'CORES_NOTHING_DECLARED' } });
  const noSysfs = await cores('plan', '--sysfs', folder, '--manifest', profile, '--json');
  expect(noSysfs.answer).toMatchObject({ error: { code: 'CORES_TOPOLOGY_UNREADABLE' } });
  const file = join(folder, 'appliance.yaml');
  writeFileSync(file, 'profile: evaluation\nworkloads:\n  - { id: os, class: sistem, threads: 2 }\n');
  const { answer } = await cores('plan', ...onReference(file), '--json');
  expect(answer).toMatchObject({
    error: { code: 'MANIFEST_INVALID', message: expect.stringMatching(/appliance\.yaml:3: workloads\.0\.class is "sistem"/) },
  });
});

test('recorded load is played through the five strategies, and bad records are told by their line', async () => {
  const file = join(folder, 'load.jsonl');
  const line = (minute: number) =>
    JSON.stringify({
      queue: 'image',
      minute: new Date(Date.UTC(2026, 10, 2, 8, minute)).toISOString(),
      jobs: 60,
      busySeconds: 240,
    });
  writeFileSync(file, Array.from({ length: 120 }, (_, minute) => line(minute)).join('\n'));
  const { code, answer } = await cores('simulate', '--load', file, '--wait', '10', '--max', '8', '--json');
  expect(code).toBe(0);
  const [image] = answer.queues as { best: string; outcomes: { strategy: string; jobs: number; late: number }[] }[];
  expect(image?.outcomes.map(({ strategy, jobs }) => [strategy, jobs])).toEqual(
    ['fixed', 'queue-depth', 'latency-target', 'schedule', 'predictive'].map((strategy) => [strategy, 7200]),
  );
  expect(image?.outcomes.find(({ strategy }) => strategy === 'fixed')?.late).toBeGreaterThan(0.5);
  const said = await cores('simulate', '--load', file);
  expect(said.out).toContain('image: 7200 jobs from 2026-10-26');
  writeFileSync(file, `${line(0)}\n{"queue":"pictures"}\n`);
  expect((await cores('simulate', '--load', file)).out).toContain(`${file}:2: queue: `);
  expect((await cores('simulate', '--load', join(folder, 'gone'))).out).toContain('gone cannot be read: ');
});
