import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MachinePaths } from '#cores-http';
import { SystemDatabase } from '#database';
import { type Appliance, profileFolder, readManifest } from '#manifest';
import { ProposalService } from '#monitoring';
import { layOutSysfs, type SysfsMachine, sysfsMachines } from '../../../libs/testing/src/sysfs-tree.ts';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';

let world: ApiWorld;
let folder: string;
let machines = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cores-'));
  world = await makeApiWorld(declareReference);
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  declareReference(world.appliance);
  runOn(sysfsMachines['7950x']);
});

/** The budgets of the reference box. */
function declareReference(appliance: Appliance): void {
  const profiles = profileFolder(appliance.checkout);
  appliance.workloads = readManifest(join(profiles, 'ryzen-7950x-4090.yaml'), profiles).workloads;
}

function runOn(machine: SysfsMachine): void {
  machines += 1;
  const sysfs = join(folder, `sys-${machines}`);
  layOutSysfs(sysfs, machine);
  Object.assign(world.app.get(MachinePaths, { strict: false }), {
    ...{ sysfs, stat: join(folder, 'stat') },
    agentSocket: join(folder, 'agent.sock'),
  });
  tick(0);
}

/** After `busy` ticks of work on CPU 5, and as many of idling on all others. */
function tick(busy: number): void {
  const rows = Array.from({ length: 32 }, (_, cpu) =>
    cpu === 5 ? `cpu5 ${1000 + busy} 0 0 1000 0 0 0 0 0 0` : `cpu${cpu} 1000 0 0 ${1000 + busy} 0 0 0 0 0 0`,
  );
  writeFileSync(join(folder, 'stat'), `cpu  0 0 0 0 0 0 0 0 0 0\n${rows.join('\n')}\n`);
}

test('the machine is told as it is, with the reference plan, its reasons and what cannot be done from here', async () => {
  const { status, body } = await world.operator.get('/cores');
  expect(status).toBe(200);
  expect(body.topology.domains).toEqual([
    { id: 0, bytes: 33_554_432, node: 0 },
    { id: 8, bytes: 33_554_432, node: 0 },
  ]);
  expect(body.topology.cores[5]).toEqual({ id: 5, cpus: [5, 21], domain: 0, node: 0, kind: 'performance' });
  expect(body.plan.assignments).toMatchObject({ os: [0, 16], video: [8, 9, 10, 24, 25, 26], redis: [5, 21] });
  expect(body.plan.reasons.video).toContain('Shares no L3 domain with api, postgresql, redis, sensitive to latency.');
  expect(body.workloads.find(({ id }: { id: string }) => id === 'ml')).toMatchObject({
    minThreads: 2,
    mayCrossL3: 'rather not',
  });
  expect(body.hostControl).toEqual({
    available: false,
    reason: expect.stringMatching(/^no agent is installed, or it does not run/),
  });
  expect(body.trials.map(({ profile }: { profile: string }) => profile)).toEqual(['ryzen-7950x-4090', 'epyc-two-socket']);
});

test('the load of each CPU is what it did since the last look', async () => {
  await world.operator.get('/cores/load');
  await wait(1000);
  tick(100);
  const { status, body } = await world.operator.get('/cores/load');
  expect(status).toBe(200);
  expect(body.cpus).toHaveLength(32);
  expect(body.cpus[5]).toEqual({ cpu: 5, percent: 100 });
  expect(body.cpus[6]).toEqual({ cpu: 6, percent: 0 });
  expect(body.seconds).toBeGreaterThan(0.9);
});

test('of an agent that is there but says nothing, the page is told so', async () => {
  const silent = createServer((socket) => socket.once('data', () => socket.end()).on('error', () => {}));
  await new Promise<void>((settle) => silent.listen(join(folder, 'agent.sock'), settle));
  const { body } = await world.operator.get('/cores');
  await new Promise((settle) => silent.close(settle));
  expect(body.hostControl).toEqual({ available: false, reason: 'the agent hung up without an answer.' });
});

test('without a load the plan stays, and it says why', async () => {
  Object.assign(world.app.get(MachinePaths, { strict: false }), { stat: join(folder, 'not-there') });
  await wait(1000);
  const { body } = await world.operator.get('/cores');
  expect([body.load, body.plan.optimal]).toEqual([null, true]);
  expect(body.loadProblem).toMatch(/^The load of the CPUs cannot be read from .+not-there/);
  const { status, body: problem } = await world.operator.get('/cores/load');
  expect([status, problem.code]).toEqual([503, 'CORES_LOAD_UNREADABLE']);
});

test('other budgets say who would move and what would get worse', async () => {
  const { status, body } = await world.operator.post('/cores/what-if', { threads: { video: 8 } });
  expect(status).toBe(200);
  expect(body.threads).toMatchObject({ video: 8, reserve: 6 });
  expect(body.after.changes).toEqual([{ id: 'video', gained: [14, 30], lost: [] }]);
  expect(body.after.reasons.redis).toContain('Keeps the CPUs that it has.');
  expect(body.before.assignments.video).toHaveLength(6);
  const { body: same } = await world.operator.post('/cores/what-if', { threads: {} });
  expect([same.after.changes, same.better, same.worse]).toEqual([[], [], []]);
});

test('while a machine of two sockets is planned, others are answered', async () => {
  runOn(sysfsMachines['epyc-two-socket']);
  await world.operator.get('/cores');
  const order: string[] = [];
  const large = { profile: 'epyc-two-socket', threads: { ml: 56 } };
  const planned = world.operator.post('/cores/what-if', large).then((answer) => {
    order.push('plan');
    return answer;
  });
  await world.admin.get('/cores/load');
  order.push('load');
  expect((await planned).body.after.assignments.ml).toHaveLength(56);
  expect(order).toEqual(['load', 'plan']);
});

test('budgets that do not fit say what is short and what would fit', async () => {
  const { body } = await world.operator.post('/cores/what-if', { threads: { video: 40 } });
  expect(body).toMatchObject({ after: null, obstacle: { code: 'OVERCOMMIT' } });
  const fitting = body.obstacle.nearestFeasible;
  expect((await world.operator.post('/cores/what-if', { threads: fitting })).body.after).not.toBeNull();
});

test('where nothing is declared the machine is shown, and a profile can be tried', async () => {
  world.appliance.workloads = [];
  const { body } = await world.operator.get('/cores');
  expect([body.workloads, body.plan, body.obstacle]).toEqual([[], null, null]);
  expect(body.topology.cores).toHaveLength(16);
  const { body: none } = await world.operator.post('/cores/what-if', { threads: {} });
  expect([none.code, none.status]).toEqual(['CORES_NOTHING_DECLARED', 400]);
  const { body: tried } = await world.operator.post('/cores/what-if', { profile: 'ryzen-7950x-4090', threads: { ml: 6 } });
  expect(tried.after.assignments.ml).toHaveLength(6);
  const { body: large } = await world.operator.post('/cores/what-if', { profile: 'epyc-two-socket', threads: {} });
  expect(large).toMatchObject({ before: null, after: null, obstacle: { code: 'OVERCOMMIT', available: 32 } });
});

test('what is no budget is refused, and so is who may not see the box', async () => {
  const { body } = await world.operator.post('/cores/what-if', { threads: { cinema: 4 } });
  expect(body).toMatchObject({ code: 'CORES_CHANGE_INVALID', detail: 'There is no workload cinema.' });
  for (const threads of [{ video: -2 }, { video: 1.5 }, { video: 5000 }, { video: '8' }])
    expect((await world.operator.post('/cores/what-if', { threads })).status).toBe(400);
  for (const path of ['/cores', '/cores/load']) expect((await world.viewer.get(path)).status).toBe(403);
  expect((await world.viewer.post('/cores/what-if', { threads: {} })).status).toBe(403);
});

test('a machine that shows nothing says so', async () => {
  Object.assign(world.app.get(MachinePaths, { strict: false }), { sysfs: join(folder, 'empty') });
  const { status, body } = await world.operator.get('/cores');
  expect([status, body.code]).toEqual([400, 'CORES_TOPOLOGY_UNREADABLE']);
});

test('nothing is proposed before a week is measured; then who was tight gets what others had to spare', async () => {
  const before = await world.operator.get('/cores/proposal');
  expect(before.body).toMatchObject({ proposal: null, nothing: { code: 'TOO_LITTLE_MEASURED' }, evidence: [] });
  expect((await world.viewer.get('/cores/proposal')).status).toBe(403);
  const database = world.app.get(SystemDatabase, { strict: false });
  const until = Math.floor(Date.now() / 60_000) * 60_000;
  const minutes = Array.from({ length: 8 * 1440 }, (_, index) => new Date(until - (index + 1) * 60_000));
  for (const [slice, percent, pressure] of [
    ['video', 595, 60],
    ['ml', 20, 0],
    ['api', 20, 0],
  ] as const)
    await database.run((sql) =>
      sql.run(
        `INSERT INTO slice_minute (slice, at, cpu_percent, peak_percent, pressure_percent, seconds)
         SELECT $1, at, $2, $2, $3, 60 FROM unnest($4::timestamptz[]) at`,
        [slice, percent, pressure, minutes],
      ),
    );
  world.app.get(ProposalService, { strict: false }).forget();
  const { body } = await world.operator.get('/cores/proposal');
  expect(body.nothing).toBeNull();
  expect(body.proposal.changes).toEqual([
    { id: 'ml', from: 4, to: 2, because: expect.stringContaining('1 thread would have been enough') },
    { id: 'video', from: 6, to: 8, because: 'too tight in 100.0 % of 11520 minutes; 7 threads would have been enough' },
  ]);
  expect(body.proposal.effect).toContainEqual({ id: 'video', tightMinutesBefore: 10_080, tightMinutesAfter: 0 });
  expect(body.evidence.find(({ id }: { id: string }) => id === 'video')).toMatchObject({ p95: 6.55, tight: 1, needed: 7 });
});
