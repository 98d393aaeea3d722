import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { controlSocketOf, identifyProcess, removeState, writeState } from '#supervisor';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';

// The services over HTTP: real PostgreSQL, Redis and keystore answer; the supervisor's state and socket are this test's own.

let world: ApiWorld;
let control: Server | undefined;
beforeAll(async () => {
  world = await makeApiWorld();
  // The socket of a supervisor would lie beside that of the PostgreSQL of all tests.
  world.appliance.paths.run = join(world.appliance.home, 'run');
});
afterAll(() => world?.close());
afterEach(() => {
  control?.close();
  control = undefined;
  rmSync(controlSocketOf(world.appliance), { force: true });
  removeState(world.appliance);
});

interface Shown {
  id: string;
  [property: string]: unknown;
}
const shown = async (id: string): Promise<Shown> => {
  const { body } = await world.operator.get('/services');
  return body.items.find((item: Shown) => item.id === id);
};

/** A supervisor that lives: this process, which keeps itself as the api. */
function supervise(): void {
  const identity = identifyProcess(process.pid);
  if (!identity) throw new Error('This process is not there.');
  const startedAt = new Date(Date.now() - 60_000).toISOString();
  writeState(world.appliance, {
    supervisor: identity,
    phase: 'ready',
    home: world.appliance.home,
    address: 'http://127.0.0.1:1',
    startedAt,
    steps: [],
    services: [
      { name: 'postgres', state: 'running', restarts: 0, startedAt, identity, address: '/run/pg' },
      {
        name: 'api',
        state: 'running',
        restarts: 3,
        startedAt,
        identity,
        lastExit: { code: null, signal: 'SIGKILL', at: startedAt },
      },
      { name: 'worker', state: 'restarting', restarts: 1 },
    ],
  });
}

/** What the supervisor's socket was asked. */
async function listen(answer: object): Promise<string[]> {
  const asked: string[] = [];
  control = createServer((socket) =>
    socket.once('data', (piece) => {
      asked.push(String(piece));
      socket.end(`${JSON.stringify(answer)}\n`);
    }),
  );
  await new Promise<void>((settle) => control?.listen(controlSocketOf(world.appliance), settle));
  return asked;
}

test('where nobody keeps the services, what answers runs, and what does not is not known', async () => {
  const { status, body } = await world.operator.get('/services');
  expect([status, body.host]).toEqual([200, 'nobody']);
  expect(await shown('postgresql')).toMatchObject({
    state: 'running',
    health: { ok: true, text: expect.stringMatching(/^Answers in \d+ ms\.$/) },
    restart: { possible: false, reason: 'Neither a supervisor nor systemd runs it.' },
  });
  expect(await shown('redis')).toMatchObject({ state: 'running', health: { ok: true } });
  expect(await shown('keyd')).toMatchObject({ kind: 'keystore', health: { ok: true, text: 'Open: keys can be used.' } });
  expect(await shown('worker')).toMatchObject({
    state: 'unknown',
    health: { ok: false, text: 'No sign of life; its jobs wait.' },
  });
});

test('the supervisor says since when, how often and how it ended; the kernel says memory, CPU time and CPUs', async () => {
  supervise();
  expect(await shown('api')).toMatchObject({
    state: 'running',
    restarts: 3,
    lastExit: expect.stringContaining('by SIGKILL'),
    pid: process.pid,
    memoryBytes: expect.any(Number),
    cpus: expect.stringMatching(/^\d/),
    slice: null,
    interruption: expect.stringContaining('Uploads go on'),
    restart: { possible: true, reason: null },
  });
  expect(await shown('worker')).toMatchObject({ state: 'starting', pid: null });
  await wait(600);
  for (const until = Date.now() + 300; Date.now() < until; );
  expect((await shown('api')).cpuPercent).toBeGreaterThan(1);
  expect(await shown('supervisor')).toMatchObject({ restart: { possible: false } });
});

test('an administrator reads the end of a log and what came since, without secrets', async () => {
  supervise();
  mkdirSync(world.appliance.paths.logs, { recursive: true });
  const file = join(world.appliance.paths.logs, 'api.log');
  writeFileSync(file, '{"level":30,"time":1790000000000,"msg":"The link is /setup#token=abc123"}\nplain\n');
  const { body } = await world.admin.get('/services/api/logs?lines=10');
  expect(body).toMatchObject({
    lines: [
      { level: 'info', text: 'The link is /setup#token=[secret]' },
      { at: null, level: null, text: 'plain' },
    ],
    source: file,
  });
  appendFileSync(file, 'later\n');
  const { body: since } = await world.admin.get(`/services/api/logs?after=${body.cursor}`);
  expect(since.lines).toEqual([{ at: null, level: null, text: 'later' }]);
  expect((await world.admin.get('/services/postgresql/logs')).body).toMatchObject({
    lines: [],
    reason: 'Nothing was written yet.',
  });
});

test('an administrator restarts a service by the supervisor; it is in the audit before it happens', async () => {
  supervise();
  const asked = await listen({ ok: true });
  expect((await world.admin.post('/services/postgresql/restart')).status).toBe(202);
  expect(asked).toEqual(['{"restart":"postgres"}\n']);
  const rows = await world.rows("SELECT target_id FROM audit_event WHERE action = 'service.restarted'");
  expect(rows).toEqual([{ target_id: 'postgresql' }]);
});

test('what cannot be restarted, is not there, or is not for somebody, is refused', async () => {
  expect((await world.admin.post('/services/api/restart')).body).toMatchObject({
    status: 503,
    code: 'SERVICE_RESTART_UNAVAILABLE',
  });
  supervise();
  expect((await world.admin.post('/services/api/restart')).body.code).toBe('SUPERVISOR_AWAY');
  await listen({ ok: false, code: 'SUPERVISOR_SERVICE_NOT_RUNNING', kind: 'conflict', message: 'Not now.' });
  expect((await world.admin.post('/services/worker/restart')).status).toBe(409);
  expect((await world.admin.post('/services/nobody/restart')).body.code).toBe('SERVICE_NOT_FOUND');
  expect((await world.admin.get('/services/..%2Fx/logs')).status).toBeGreaterThanOrEqual(400);
  expect((await world.operator.post('/services/api/restart')).status).toBe(403);
  expect((await world.operator.get('/services/api/logs')).status).toBe(403);
  expect((await world.viewer.get('/services')).status).toBe(403);
});
