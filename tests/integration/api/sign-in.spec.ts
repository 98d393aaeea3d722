import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SetupService } from '#identity';
import { ApiClient, createTestAppliance } from '#testing';
import { createApi } from '../../../apps/api/src/create-api.ts';

let app: NestFastifyApplication;
let remove: () => Promise<void>;
const password = 'correct horse battery';

beforeAll(async () => {
  const made = await createTestAppliance();
  remove = made.remove;
  app = await createApi(made.appliance);
});

afterAll(async () => {
  await app?.close();
  await remove?.();
});

const admin = () => new ApiClient(app);

test('a new appliance says that it needs setting up, and only the link from the console does it, once', async () => {
  const client = admin();
  expect((await client.get('/setup')).body).toEqual({ needed: true });
  const person = { organisationName: 'Museum', displayName: 'Ada', email: 'Ada@Example.org', password };
  const guessed = await client.post('/setup', { token: 'x'.repeat(43), ...person });
  expect([guessed.status, guessed.body.code]).toEqual([410, 'SETUP_LINK_INVALID']);

  const token = await app.get(SetupService).createLinkToken();
  const done = await client.post('/setup', { token, ...person });
  expect(done.status).toBe(201);
  expect(done.body).toMatchObject({ account: { email: 'ada@example.org' }, organisation: { name: 'Museum' }, role: 'admin' });
  expect(String(done.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/);

  const again = await admin().post('/setup', { token, ...person, email: 'eve@example.org' });
  expect(again.body.code).toBe('SETUP_LINK_INVALID');
  expect((await client.get('/setup')).body).toEqual({ needed: false });
  expect(await app.get(SetupService).createLinkToken()).toBeUndefined();
});

test('a right password opens a session, sign-out ends it', async () => {
  const client = admin();
  expect((await client.get('/session')).body.code).toBe('SIGN_IN_NEEDED');
  expect((await client.post('/session', { email: 'ada@example.org', password })).status).toBe(201);
  expect((await client.get('/session')).body.account.displayName).toBe('Ada');
  const cookie = client.cookie;
  expect((await client.send('DELETE', '/session')).status).toBe(204);
  client.cookie = cookie;
  expect((await client.get('/session')).status).toBe(401);
});

test('unknown account and wrong password are refused in the same words', async () => {
  const unknown = await admin().post('/session', { email: 'nobody@example.org', password });
  const wrong = await admin().post('/session', { email: 'ada@example.org', password: 'wrong password' });
  expect(unknown.status).toBe(401);
  expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' });
});

test('guessing is slowed down, also in parallel, and says for how long', async () => {
  const guesses = await Promise.all(
    Array.from({ length: 9 }, () => admin().post('/session', { email: 'guess@example.org', password: 'wrong password' })),
  );
  const throttled = guesses.filter((guess) => guess.status === 429);
  expect(guesses.filter((guess) => guess.status === 401)).toHaveLength(6);
  expect(throttled).toHaveLength(3);
  expect(Number(throttled[0]?.headers['retry-after'])).toBeGreaterThan(0);
});

test('roles decide: a viewer is refused what only administrators may, and told whom to ask', async () => {
  const client = admin();
  await client.post('/session', { email: 'ada@example.org', password });
  const created = await client.post('/accounts', { email: 'vi@example.org', displayName: 'Vi', role: 'viewer', password });
  expect(created.body).toMatchObject({ role: 'viewer', disabled: false });
  const viewer = admin();
  await viewer.post('/session', { email: 'vi@example.org', password });
  const refused = await viewer.get('/accounts');
  expect([refused.status, refused.body.code, refused.body.values]).toEqual([
    403,
    'ACCESS_DENIED',
    { permission: 'account.read', roles: ['admin'] },
  ]);

  await client.send('PATCH', `/accounts/${created.body.id}`, { disabled: true });
  expect((await viewer.get('/session')).status).toBe(401);
});

test('another role holds in open sessions at once and ends none; disabling and a new password end them', async () => {
  const client = admin();
  await client.post('/session', { email: 'ada@example.org', password });
  const person = { email: 'rolf@example.org', displayName: 'Rolf', role: 'viewer', password };
  const { id } = (await client.post('/accounts', person)).body;
  const [desk, phone] = [admin(), admin()];
  for (const browser of [desk, phone]) await browser.post('/session', { email: person.email, password });
  expect((await desk.get('/accounts')).status).toBe(403);

  await client.send('PATCH', `/accounts/${id}`, { role: 'admin' });
  for (const browser of [desk, phone]) expect((await browser.get('/accounts')).status).toBe(200);
  expect((await desk.get('/session')).body).toMatchObject({
    role: 'admin',
    permissions: expect.arrayContaining(['account.update']),
  });
  await client.send('PATCH', `/accounts/${id}`, { role: 'viewer' });
  for (const browser of [desk, phone]) expect((await browser.get('/accounts')).status).toBe(403);
  expect((await phone.get('/session')).body).toMatchObject({ role: 'viewer' });
  const { items } = (await client.get('/audit')).body;
  expect(items[0]).toMatchObject({
    action: 'account.changed',
    actor: { label: 'ada@example.org' },
    target: { id },
    detail: { role: 'viewer', roleBefore: 'admin' },
  });

  const next = 'another password of length';
  expect((await desk.send('PUT', '/session/password', { currentPassword: password, newPassword: next })).status).toBeLessThan(
    300,
  );
  expect([(await desk.get('/session')).status, (await phone.get('/session')).status]).toEqual([200, 401]);
  await client.send('PATCH', `/accounts/${id}`, { disabled: true });
  expect((await desk.get('/session')).status).toBe(401);
  await client.send('PATCH', `/accounts/${id}`, { disabled: false });
  expect((await desk.get('/session')).status).toBe(401);
});

test('the last administrator can neither be demoted nor disabled', async () => {
  const client = admin();
  const { body } = await client.post('/session', { email: 'ada@example.org', password });
  for (const change of [{ role: 'viewer' }, { disabled: true }])
    expect((await client.send('PATCH', `/accounts/${body.account.id}`, change)).body.code).toBe('ACCOUNT_LAST_ADMINISTRATOR');
});

test('every change is in the audit log with its actor and request', async () => {
  const client = admin();
  await client.post('/session', { email: 'ada@example.org', password });
  const { body } = await client.get('/audit');
  const created = body.items.find(
    (event: { action: string; detail: { email?: string } }) =>
      event.action === 'account.created' && event.detail.email === 'vi@example.org',
  );
  expect(created).toMatchObject({ actor: { kind: 'account', label: 'ada@example.org' }, target: { kind: 'account' } });
  expect(JSON.stringify(body)).not.toContain(password);
});

type Headers = Record<string, string | undefined>;

test('a change from another site is refused', async () => {
  const client = admin();
  const body = { email: 'ada@example.org', password };
  const foreign: Headers[] = [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://evil.example' },
    { 'x-holdfast-request': undefined },
    { origin: 'null' },
  ];
  for (const headers of foreign) {
    const answer = await client.send('POST', '/session', body, headers);
    expect([answer.status, answer.body.code]).toEqual([403, 'REQUEST_FOREIGN_ORIGIN']);
  }
  expect((await client.get('/setup', { host: 'evil.example' })).body.code).toBe('REQUEST_HOST_UNKNOWN');
});

test('repeating a request with the same Idempotency-Key changes nothing and answers the same', async () => {
  const client = admin();
  await client.post('/session', { email: 'ada@example.org', password });
  const person = { email: 'once@example.org', displayName: 'Once', role: 'viewer', password };
  const key = { 'idempotency-key': 'create-once-1' };
  const [first, second] = [await client.post('/accounts', person, key), await client.post('/accounts', person, key)];
  expect(second.body).toEqual(first.body);
  expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
  expect((await client.post('/accounts', { ...person, email: 'other@example.org' }, key)).body.code).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
});

test('input that does not fit is named value by value', async () => {
  const answer = await admin().post('/session', { email: 'no-address', password: 5, extra: true });
  expect([answer.status, answer.body.code]).toEqual([400, 'INPUT_INVALID']);
  expect(answer.body.values.problems.map((problem: { path: string }) => problem.path)).toEqual(
    expect.arrayContaining(['body.email', 'body.password']),
  );
  const broken = await admin().send('POST', '/session', undefined, { 'content-type': 'application/json' });
  expect(broken.status).toBe(400);
});

test('health is readable without a session and tells ready from down', async () => {
  expect((await admin().get('/health/live')).body).toEqual({ status: 'live' });
  expect((await admin().get('/health/ready')).body).toEqual({ status: 'ready', database: true, redis: true, keys: 'READY' });
});
