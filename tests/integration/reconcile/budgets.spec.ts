import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MachinePaths } from '#cores-http';
import { SystemDatabase } from '#database';
import { ChangeCourse, HostJournal } from '#reconcile';
import type { Box } from '../../../apps/agent/src/testing/box.ts';
import { makeBox, removeBox } from '../../../apps/agent/src/testing/make-box.ts';
import { gpuRecordings, layOutNvidiaSmi } from '../../../libs/testing/src/recorded-gpus.ts';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';
import { endBoxAgent, startBoxAgent } from './box-agent.ts';

let world: ApiWorld;
let box: Box;
let agent: ChildProcess | undefined;

beforeAll(async () => {
  box = makeBox();
  box.plugCard();
  writeFileSync(join(box.folder, 'meminfo'), 'MemTotal: 134217728 kB\nMemAvailable: 100000000 kB\n');
  world = await makeApiWorld((appliance) => {
    appliance.manifestFile = join(box.folder, 'appliance.yaml');
    appliance.workloads = box.workloads();
  });
  const { folder, socket } = box;
  const paths = { sysfs: join(folder, 'sys'), meminfo: join(folder, 'meminfo'), agentSocket: socket };
  const nvidiaSmi = layOutNvidiaSmi(join(folder, 'gpus'), gpuRecordings['rtx-4090']);
  Object.assign(world.app.get(MachinePaths, { strict: false }), paths, { nvidiaSmi });
});
afterAll(async () => {
  await endBoxAgent(agent);
  await world?.close();
  removeBox(box);
});

const unitText = (path: string) => box.host.units().find((file) => file.path === path)?.text;
const manifest = () => readFileSync(join(box.folder, 'appliance.yaml'), 'utf8');
async function apply(values: Record<string, number>, confirmSeconds = 60, domain = 'cores') {
  const { body: plan } = await world.admin.post(`/reconcile/${domain}/plan`, { values });
  const { planId, baseGeneration } = plan;
  return world.admin.post(`/reconcile/${domain}/apply`, { planId, baseGeneration, values, confirmSeconds });
}
const confirm = (changeId: string, domain = 'cores') => world.admin.post(`/reconcile/${domain}/confirm`, { changeId });

test('without an agent the box reads and plans, and says why nothing can be applied', async () => {
  const { body } = await world.operator.get('/reconcile');
  expect(body.domains.map(({ domain, state }: Record<string, string>) => [domain, state])).toEqual([
    ['cores', 'unavailable'],
    ['memory', 'unavailable'],
    ['gpu', 'unavailable'],
  ]);
  expect(body.domains[0].checkedAt).toBeNull();
  expect(body.domains[0].hostControl.reason).toMatch(/^no agent is installed, or it does not run/);
  const { body: plan } = await world.operator.post('/reconcile/cores/plan', { values: { 'video.threads': 8 } });
  expect(plan).toMatchObject({ feasible: true, baseGeneration: 0 });
  const video = plan.changes.filter(({ subject }: { subject: string }) => subject === 'video');
  expect(video).toMatchObject([
    { what: 'threads', from: '6', to: '8' },
    { what: 'cpus', from: '8-10,24-26', to: '8-10,14,24-26,30' },
  ]);
  const { status, body: refused } = await apply({ 'video.threads': 8 });
  expect([status, refused.code]).toEqual([503, 'HOST_CONTROL_UNAVAILABLE']);
});

test('what does not fit says what would, in the names of values', async () => {
  const { body } = await world.operator.post('/reconcile/cores/plan', { values: { 'video.threads': 40 } });
  expect(body).toMatchObject({ feasible: false, code: 'OVERCOMMIT', available: 32 });
  const { body: again } = await world.operator.post('/reconcile/cores/plan', { values: body.nearestFeasible });
  expect(again.feasible).toBe(true);
  const much = { 'video.memoryMinMb': 200_000, 'video.memoryHighMb': 200_000, 'video.memoryMaxMb': 200_000 };
  const { body: memory } = await world.operator.post('/reconcile/memory/plan', { values: much });
  expect(memory).toMatchObject({ code: 'MEMORY_OVERCOMMIT', needed: 200_000, available: 122_880 });
  for (const values of [{ 'cinema.threads': 2 }, { 'video.pin': 2 }, { 'video.cpuWeight': 0 }, { video: 2 }])
    expect((await world.operator.post('/reconcile/cores/plan', { values })).body.code).toBe('RECONCILE_VALUE_UNKNOWN');
});

test('a budget is applied by the agent, kept, and then declared with who and why', async () => {
  agent = await startBoxAgent(box.folder);
  const { status, body: pending } = await apply({ 'video.threads': 8 });
  expect(status, JSON.stringify(pending)).toBe(201);
  expect(pending).toMatchObject({ generation: 1, by: 'admin' });
  expect(box.host.state.runtime['holdfast-video.slice']).toHaveLength(8);
  expect(manifest()).toContain('video, class: noisy, threads: 6');
  expect((await confirm(pending.changeId)).body).toEqual({ state: 'committed', pending: null });
  expect(manifest()).toContain('video, class: noisy, threads: 8');
  expect(manifest()).toContain('reserve, class: reserve, threads: 6');
  const { body: history } = await world.admin.get('/reconcile/cores/history');
  expect(history.generations).toMatchObject([{ generation: 1, outcome: 'committed', manifestGeneration: 2 }]);
  const { body: cores } = await world.operator.get('/reconcile/cores');
  expect(cores).toMatchObject({ generation: 1, notApplied: 0, pending: null });
  // Debian's services come into their slices once they start anew; nothing else is amiss.
  expect(cores.drift.filter(({ kind }: { kind: string }) => kind !== 'U')).toEqual([]);
  expect((await world.operator.get('/cores')).body).toMatchObject({ hostControl: { available: true, reason: null } });
});

test('memory is put in force with the same generation, and what restarts is said', async () => {
  const values = { 'video.memoryMinMb': 1024, 'video.memoryHighMb': 8192, 'video.memoryMaxMb': 9216, 'video.ioWeight': 50 };
  const { body: plan } = await world.operator.post('/reconcile/memory/plan', { values });
  expect(plan.changes.map(({ what, from, to }: Record<string, string>) => [what, from, to])).toEqual([
    ['memoryMinMb', null, '1024'],
    ['memoryHighMb', null, '8192'],
    ['memoryMaxMb', null, '9216'],
    ['ioWeight', '100', '50'],
  ]);
  const { body: pending } = await apply(values, 60, 'memory');
  const { body: busy } = await apply({ 'video.threads': 6 });
  expect(busy).toMatchObject({ status: 409, code: 'RECONCILE_CHANGE_WAITS' });
  await confirm(pending.changeId, 'memory');
  expect(manifest()).toMatch(/video.*memory: \{ minMb: 1024, highMb: 8192, maxMb: 9216 \}/s);
  const { body: diff } = await world.operator.get('/reconcile/memory/history/2/diff');
  expect(diff.lines).toContainEqual({ file: 'holdfast-video.slice', kind: '+', text: 'MemoryHigh=8192M' });
});

test('what nobody keeps goes back by itself, and leaves the manifest as it is', async () => {
  const before = manifest();
  const { body: pending } = await apply({ 'video.threads': 6 }, 5);
  expect(pending.generation).toBe(3);
  await expect
    .poll(async () => (await world.operator.get('/reconcile/cores')).body.pending, { timeout: 15_000, interval: 500 })
    .toBeNull();
  const { body: history } = await world.operator.get('/reconcile/cores/history?limit=1');
  expect(history.generations).toMatchObject([
    { generation: 3, outcome: 'rolled-back', reason: 'Nobody confirmed it within 5 s.' },
  ]);
  expect(manifest()).toBe(before);
});

test('an agent that is killed in the middle takes the change back, and the row says so', async () => {
  const { body: pending } = await apply({ 'ml.threads': 6 });
  await endBoxAgent(agent, 'SIGKILL');
  expect((await world.operator.get('/reconcile/cores')).body).toMatchObject({ state: 'unavailable' });
  agent = await startBoxAgent(box.folder);
  await world.app.get(ChangeCourse, { strict: false }).settle();
  const { body: history } = await world.operator.get('/reconcile/cores/history?limit=1');
  expect(history.generations).toMatchObject([{ changeId: pending.changeId, outcome: 'rolled-back' }]);
});

test('drift that somebody made is named with its cause, and healed when somebody asks', async () => {
  const { live } = box.host.state;
  box.host.change({ live: { ...live, 'holdfast-postgresql.slice': [0, 1] } });
  const { body: healed } = await world.admin.post('/reconcile/cores/heal', {});
  expect(healed.healed).toBeGreaterThan(0);
  expect(box.host.state.live['holdfast-postgresql.slice']).toHaveLength(4);
});

test('one goes back to a generation, which is planned anew and waits', async () => {
  const { body } = await world.admin.post('/reconcile/cores/rollback', { generation: 1 });
  expect(body.state).toBe('waiting');
  expect(body.pending.changes).toMatchObject([
    { subject: 'video', what: 'memoryMinMb', from: '1024', to: null },
    { subject: 'video', what: 'memoryHighMb', from: '8192', to: null },
    { subject: 'video', what: 'memoryMaxMb', from: '9216', to: null },
    { subject: 'video', what: 'ioWeight', from: '50', to: '100' },
  ]);
  await world.admin.post('/reconcile/cores/rollback', { changeId: body.pending.changeId });
});

test('shares of the card are planned with reasons, put in force as files, kept, and then declared', async () => {
  expect((await world.operator.get('/reconcile/gpu')).body).toMatchObject({ state: 'undeclared', pending: null });
  const { body: short } = await world.operator.post('/reconcile/gpu/plan', { values: { 'ml.gpuMemoryMb': 22_000 } });
  expect(short).toMatchObject({ feasible: false, code: 'GPU_MEMORY_SHORT', needed: 26_096, available: 23_540 });
  const { body: fits } = await world.operator.post('/reconcile/gpu/plan', { values: short.nearestFeasible });
  expect(fits.feasible).toBe(true);
  const values = { 'ml.gpuPercent': 60, 'video.encoderSessions': 4 };
  const { body: plan } = await world.operator.post('/reconcile/gpu/plan', { values });
  expect(plan.reasons.ml).toContain('Card 0: 60 % at most, 18000 MB: 4500 MB for each of 4 processes.');
  expect(plan.restarts).toContain('holdfast-worker@inference.service');
  const { body: pending } = await apply(values, 60, 'gpu');
  expect(pending.changes).toContainEqual({ subject: 'ml', what: 'gpuPercent', from: null, to: '60', restartNeeded: true });
  expect(unitText('holdfast-worker@inference.service.d/50-holdfast.conf')).toContain('ACTIVE_THREAD_PERCENTAGE=60\n');
  expect((await confirm(pending.changeId, 'gpu')).body.state).toBe('committed');
  expect(manifest()).toMatch(/workload: ml, ceilingPercent: 60, memoryMb: 18000/);
  expect((await world.operator.get('/reconcile/gpu')).body).toMatchObject({ state: 'in-step', notApplied: 0, driftCount: 0 });
});

test('a change of cores leaves shares in force, and one goes back to former shares', async () => {
  const { body: first } = await apply({ 'ml.gpuPercent': 30, 'video.gpuPercent': 0 }, 60, 'gpu');
  await confirm(first.changeId, 'gpu');
  expect(manifest()).not.toContain('workload: video');
  const { body: cores } = await apply({ 'video.threads': 6 });
  expect(cores.changes.map(({ subject }: { subject: string }) => subject)).not.toContain('ml');
  await confirm(cores.changeId);
  expect(unitText('holdfast-worker@inference.service.d/50-holdfast.conf')).toContain('ACTIVE_THREAD_PERCENTAGE=30\n');
  const { body: back } = await world.admin.post('/reconcile/gpu/rollback', { generation: first.generation - 1 });
  expect(back.pending.changes).toEqual(
    expect.arrayContaining([
      { subject: 'ml', what: 'gpuPercent', from: '30', to: '60', restartNeeded: true },
      { subject: 'video', what: 'gpuMemoryMb', from: null, to: '4096', restartNeeded: true },
    ]),
  );
  await confirm(back.pending.changeId, 'gpu');
  expect(manifest()).toMatch(/workload: video[\s\S]*ceilingPercent: 40/);
});

test('a machine without the card plans no shares and says why; its cores are planned all the same', async () => {
  const paths = world.app.get(MachinePaths, { strict: false });
  const { nvidiaSmi } = paths;
  await sleep(1100);
  Object.assign(paths, { nvidiaSmi: layOutNvidiaSmi(join(box.folder, 'none'), gpuRecordings['no-driver']) });
  const { body: none } = await world.operator.post('/reconcile/gpu/plan', { values: {} });
  expect(none).toMatchObject({ feasible: false, code: 'GPU_CARD_MISSING' });
  expect(none.message).toMatch(/^There is no card 0 in this machine\. The driver is not loaded/);
  expect((await world.operator.post('/reconcile/cores/plan', { values: { 'video.threads': 6 } })).body.feasible).toBe(true);
  for (const values of [{ 'cinema.gpuPercent': 2 }, { 'ml.gpuPercent2': 2 }, { 'ml.gpuPercent': 101 }, { 'api.gpuPercent': 9 }])
    expect((await world.operator.post('/reconcile/gpu/plan', { values })).body.code).toBe('RECONCILE_VALUE_UNKNOWN');
  Object.assign(paths, { nvidiaSmi });
});

test('what the agent writes down comes into the audit, each entry once', async () => {
  const journal = world.app.get(HostJournal, { strict: false });
  await Promise.all([journal.mirror(), journal.mirror()]);
  await sleep(50);
  await journal.mirror();
  const rows = await world.app
    .get(SystemDatabase)
    .run((sql) =>
      sql.rows<{ action: string; entries: number; distinct: number }>(
        `SELECT count(*)::int AS entries, count(DISTINCT target_id)::int AS distinct, min(action) AS action FROM audit_event WHERE target_kind = 'host-journal'`,
      ),
    );
  expect(rows[0]?.entries).toBeGreaterThan(20);
  expect(rows[0]?.distinct).toBe(rows[0]?.entries);
});

test('limits of memory are taken away with a highest of 0, and come back with their generation', async () => {
  const confirmed = async (values: Record<string, number>) => {
    const { body: pending } = await apply(values, 60, 'memory');
    await confirm(pending.changeId, 'memory');
    return pending.generation as number;
  };
  const limits = { 'video.memoryMinMb': 1024, 'video.memoryHighMb': 8000, 'video.memoryMaxMb': 9000 };
  const limited = await confirmed(limits);
  const { body: plan } = await world.operator.post('/reconcile/memory/plan', { values: { 'video.memoryMaxMb': 0 } });
  expect(plan.changes.map(({ what, from, to }: Record<string, string>) => [what, from, to])).toEqual([
    ['memoryMinMb', '1024', null],
    ['memoryHighMb', '8000', null],
    ['memoryMaxMb', '9000', null],
  ]);
  const unlimited = await confirmed({ 'video.memoryMaxMb': 0 });
  expect(manifest()).not.toMatch(/highMb: 8000/);
  const back = async (generation: number) => {
    const { body } = await world.admin.post('/reconcile/memory/rollback', { generation });
    await confirm(body.pending.changeId, 'memory');
  };
  await back(limited);
  expect(manifest()).toMatch(/video.*memory: \{ minMb: 1024, highMb: 8000, maxMb: 9000 \}/s);
  await back(unlimited);
  expect(manifest()).not.toMatch(/highMb: 8000/);
});
