import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApplianceState, askForRestart, askRedis, isRunning, readLiveState, readState } from '#supervisor';
import { SupervisorWorld, until } from './supervisor-world.ts';

let world: SupervisorWorld;
beforeEach(async () => {
  world = await SupervisorWorld.create();
});
afterEach(() => world.close());

function identityOf(state: ApplianceState | undefined, service: string) {
  const identity = state?.services.find(({ name }) => name === service)?.identity;
  if (!identity) throw new Error(`${service} does not run: ${JSON.stringify(state)}`);
  return identity;
}

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ host: world.appliance().socketFolder, user: 'hf_owner', database: 'holdfast' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('it starts all servers, and stopping leaves no process, socket or state behind', async () => {
  const { child, state, ended } = await world.start();
  expect(state()?.phase).toBe('ready');
  expect(state()?.steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'done', 'done']);
  expect(await query('SELECT current_user AS me')).toEqual([{ me: 'hf_owner' }]);
  expect(await askRedis(world.appliance().redisSocket, 'PING')).toBe('PONG');
  const identities = ['postgres', 'redis', 'keyd'].map((name) => identityOf(state(), name));

  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(identities.filter(isRunning)).toEqual([]);
  expect(readdirSync(world.appliance().paths.run)).toEqual([]);
});

test('one service is restarted when somebody asks, at once, and the others stay', async () => {
  const { state } = await world.start();
  const former = ['postgres', 'redis'].map((name) => identityOf(state(), name));
  await askForRestart(world.appliance(), 'redis');
  await until(() => {
    const service = state()?.services.find(({ name }) => name === 'redis');
    return service?.state === 'running' && service.identity?.pid !== former[1]?.pid;
  }, 30_000);
  expect(await askRedis(world.appliance().redisSocket, 'PING')).toBe('PONG');
  expect(identityOf(state(), 'postgres')).toEqual(former[0]);
  expect(state()?.services.find(({ name }) => name === 'redis')).toMatchObject({ restarts: 0 });
  await expect(askForRestart(world.appliance(), 'apache')).rejects.toMatchObject({ code: 'SUPERVISOR_SERVICE_UNKNOWN' });
});

test('a second start on the same data says so and leaves the first alone', async () => {
  const first = await world.start();
  const second = await world.start();
  expect(await second.ended).toBe(1);
  expect(second.state()?.failure?.code).toBe('SUPERVISOR_ALREADY_RUNNING');
  expect(readLiveState(world.appliance())?.supervisor.pid).toBe(first.child.pid);
  expect(await askRedis(world.appliance().redisSocket, 'PING')).toBe('PONG');
});

test('a killed supervisor takes its servers with it, and the next start finds the data whole', async () => {
  const first = await world.start();
  await query('CREATE TABLE kept AS SELECT 42 AS answer');
  const identities = ['postgres', 'redis'].map((name) => identityOf(first.state(), name));
  first.child.kill('SIGKILL');
  await first.ended;
  expect(readState(world.appliance())?.phase).toBe('ready');

  const second = await world.start();
  expect(second.state()?.phase).toBe('ready');
  expect(identities.filter(isRunning)).toEqual([]);
  expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a server that dies is started again, and its end is reported', async () => {
  const { state } = await world.start();
  const before = identityOf(state(), 'redis');
  process.kill(before.pid, 'SIGKILL');
  await until(() => state()?.services.find(({ name }) => name === 'redis')?.restarts === 1, 5000);
  await until(() => state()?.services.find(({ name }) => name === 'redis')?.state === 'running', 5000);
  const redis = state()?.services.find(({ name }) => name === 'redis');
  expect(redis?.lastExit).toMatchObject({ signal: 'SIGKILL' });
  expect(redis?.identity?.pid).not.toBe(before.pid);
  expect(await askRedis(world.appliance().redisSocket, 'PING')).toBe('PONG');
});

test('PostgreSQL comes back from SIGKILL with everything that was committed', async () => {
  const { state } = await world.start();
  await query('CREATE TABLE kept AS SELECT 42 AS answer');
  process.kill(identityOf(state(), 'postgres').pid, 'SIGKILL');
  await until(() => state()?.services.find(({ name }) => name === 'postgres')?.restarts === 1, 5000);
  await until(() => state()?.services.find(({ name }) => name === 'postgres')?.state === 'running', 30_000);
  expect(await query('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a port in use is named together with who has it, and nothing is started', async () => {
  const { host, port } = world.appliance().listen;
  const squatter = createServer();
  await new Promise<void>((settle) => squatter.listen(port, host, settle));
  try {
    const { ended, state } = await world.start();
    expect(await ended).toBe(1);
    expect(state()?.failure?.code).toBe('SUPERVISOR_PORT_TAKEN');
    expect(state()?.failure?.message).toMatch(
      new RegExp(`^Port ${port} on ${host} is in use( by node \\(pid ${process.pid}\\))?\\.$`),
    );
    expect(state()?.services.every(({ identity }) => identity === undefined)).toBe(true);
    expect(existsSync(world.appliance().paths.postgres)).toBe(false);
  } finally {
    await new Promise((settle) => squatter.close(settle));
  }
});

test('a home that is a file is refused before anything starts', async () => {
  writeFileSync(world.home, 'not a folder');
  const { ended, state } = await world.start();
  expect(await ended).not.toBe(0);
  expect(state()?.failure?.code).toBe('SUPERVISOR_HOME_UNUSABLE');
});

test('stopping in the middle of the start leaves nothing either', async () => {
  const starting = world.start();
  await until(() => readLiveState(world.appliance()) !== undefined, 20_000);
  const pid = readLiveState(world.appliance())?.supervisor.pid;
  if (pid) process.kill(pid, 'SIGTERM');
  const { ended } = await starting;
  await ended;
  expect(readState(world.appliance())).toBeUndefined();
  expect(readdirSync(world.appliance().paths.run)).toEqual([]);
});

test('a home with a path too long for sockets uses a short private folder and removes it', async () => {
  await world.close();
  world = await SupervisorWorld.create(`a${'-very'.repeat(22)}-long-name`);
  const { socketFolder, paths } = world.appliance();
  expect(socketFolder).not.toBe(paths.run);
  const { child, state, ended } = await world.start();
  expect(state()?.phase).toBe('ready');
  expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  child.kill('SIGTERM');
  await ended;
  expect(existsSync(socketFolder)).toBe(false);
});
