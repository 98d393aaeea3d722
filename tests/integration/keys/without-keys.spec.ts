import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KeystoreControl } from '#keys';
import { type KeystoreHome, type KeystoreProcess, makeKeystoreHome } from '#testing';
import { type Answer, type ApiWorld, makeApiWorld, send, upload } from '../ingest/api-world.ts';

const passphrase = 'a passphrase of length';
const bytes = randomBytes(70_000);
let home: KeystoreHome;
let keyd: KeystoreProcess;
let world: ApiWorld;
let original: string;

beforeAll(async () => {
  home = makeKeystoreHome();
  keyd = await home.start();
  world = await makeApiWorld((appliance) => Object.assign(appliance, { keystoreSocket: home.socketPath }));
  await vi.waitFor(async () => expect(await readiness()).toMatchObject({ keys: 'READY' }), 10_000);
  const added = await upload(world, world.admin, bytes);
  original = `/assets/${added.headers['holdfast-asset-id']}/original`;
});
afterAll(async () => {
  await world?.close();
  await keyd?.end();
  home?.remove();
});

const readiness = async () => (await world.admin.get('/health/ready')).body;
const keys = async () => (await world.admin.get('/system')).body.keys;
const download = () => send(world, world.admin, 'GET', original);
const state = (wanted: string) => vi.waitFor(async () => expect(await keys()).toMatchObject({ state: wanted }), 15_000);

function expectRefusal(answer: Answer, code: string): void {
  expect([answer.status, answer.problem.code]).toEqual([503, code]);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers['content-type']).toContain('application/problem+json');
}

async function withControl<Result>(work: (control: KeystoreControl) => Promise<Result>): Promise<Result> {
  const control = new KeystoreControl(home.socketPath);
  try {
    return await work(control);
  } finally {
    control.close();
  }
}

test('K13 without its keystore the appliance reads what it has open, refuses to store, and goes on by itself', async () => {
  expect((await download()).body.equals(bytes)).toBe(true);
  await keyd.end('SIGKILL');
  await state('DEGRADED');
  expect(await keys()).toMatchObject({ provider: 'embedded', readableUntil: expect.any(String) });
  const services = (await world.admin.get('/system')).body.services;
  expect(services).toContainEqual(expect.objectContaining({ name: 'keyd', state: 'down' }));
  const ready = await world.admin.get('/health/ready');
  expect([ready.status, ready.body]).toEqual([200, { status: 'degraded', database: true, redis: true, keys: 'DEGRADED' }]);

  expect((await download()).body.equals(bytes)).toBe(true);
  expect((await world.admin.get('/assets')).status).toBe(200);
  const refused = await Promise.all(Array.from({ length: 20 }, () => upload(world, world.admin, randomBytes(500))));
  for (const answer of refused) expectRefusal(answer, 'KEYS_UNAVAILABLE');
  expect((await world.admin.get('/keys')).status).toBe(200);
  expect((await world.admin.get('/keys/provider')).body.code).toBe('KEYS_UNAVAILABLE');
  expect((await world.admin.post('/keys/provider/rotate')).body.code).toBe('KEYS_UNAVAILABLE');

  keyd = await home.start();
  await state('READY');
  expect((await upload(world, world.admin, randomBytes(500))).status).toBe(201);
});

test('once somebody has sealed it nothing is read or stored, until it is unsealed', async () => {
  await withControl((control) => control.reseal('passphrase', passphrase));
  await withControl((control) => control.seal());
  await state('SEALED');
  expect(await keys()).toMatchObject({ seal: 'passphrase', reason: 'Somebody has sealed the keystore.', warnings: [] });
  expect((await world.admin.get('/health/ready')).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 20 }, download));
  for (const answer of answers) expectRefusal(answer, 'KEYS_SEALED');
  expectRefusal(await upload(world, world.admin, randomBytes(500)), 'KEYS_SEALED');
  expect((await world.admin.get('/assets')).status).toBe(200);

  await withControl((control) => control.unsealWithPassphrase(passphrase));
  await state('READY');
  expect((await download()).body.equals(bytes)).toBe(true);
  expect((await upload(world, world.admin, randomBytes(500))).status).toBe(201);
});

test('K12 an appliance that starts without its keystore serves what it can, and takes the keystore when it comes', async () => {
  const own = makeKeystoreHome();
  const early = await makeApiWorld((appliance) => Object.assign(appliance, { keystoreSocket: own.socketPath }));
  const told = async () => (await early.admin.get('/health/ready')).body;
  let late: KeystoreProcess | undefined;
  try {
    expect(await told()).toEqual({ status: 'degraded', database: true, redis: true, keys: 'SEALED' });
    expect((await early.admin.get('/system')).body.services).toContainEqual(
      expect.objectContaining({ name: 'keyd', state: 'down' }),
    );
    expect((await early.admin.get('/assets')).status).toBe(200);
    expectRefusal(await upload(early, early.admin, randomBytes(500)), 'KEYS_SEALED');
    late = await own.start();
    await vi.waitFor(async () => expect(await told()).toMatchObject({ status: 'ready', keys: 'READY' }), 15_000);
    expect((await upload(early, early.admin, randomBytes(500))).status).toBe(201);
  } finally {
    await early.close();
    await late?.end();
    own.remove();
  }
});
