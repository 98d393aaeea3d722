/// <reference types="vite/client" />
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { declaredRoutes, newId, type Role, type RouteContract, rolePermissions, roles } from '#kernel';
import { ApiClient, createTestAppliance, signInEachRole } from '#testing';
import { createApi } from '../../../apps/api/src/create-api.ts';

// Also those that no process serves yet.
const contracts = import.meta.glob('../../../libs/*/src/**/*.contract.ts', { eager: true });

let app: NestFastifyApplication;
let remove: () => Promise<void>;
let people: Record<Role, ApiClient>;

beforeAll(async () => {
  const made = await createTestAppliance();
  remove = made.remove;
  app = await createApi(made.appliance);
  people = await signInEachRole(app);
});

afterAll(async () => {
  await app?.close();
  await remove?.();
});

/** Ends the session that asks, so it comes last. */
const guarded = () => declaredRoutes().filter((route) => route.access !== 'public' && route.id !== 'signOut');
const address = (route: RouteContract) => route.path.replaceAll(/:\w+/g, newId());
const ask = (client: ApiClient, route: RouteContract) =>
  client.send(route.method, address(route), route.method === 'GET' || route.method === 'HEAD' ? undefined : {});

test('every declared operation is served', async () => {
  expect(Object.keys(contracts).length).toBeGreaterThan(8);
  const missing: string[] = [];
  for (const route of declaredRoutes()) {
    const found = app
      .getHttpAdapter()
      .getInstance()
      .hasRoute({ method: route.method, url: `/api/v1${route.path}` });
    if (!found) missing.push(`${route.method} ${route.path}`);
  }
  expect(missing).toEqual([]);
});

test('nothing but what is declared public answers without a session', async () => {
  const open: string[] = [];
  for (const route of guarded()) {
    const { status } = await ask(new ApiClient(app), route);
    if (status !== 401) open.push(`${route.id}: ${status}`);
  }
  expect(open).toEqual([]);
});

test('each role reaches exactly the operations of its permissions', async () => {
  const wrong: string[] = [];
  for (const role of roles)
    for (const route of guarded()) {
      const { status } = await ask(people[role], route);
      const may = route.access === 'signed-in' || rolePermissions[role].has(route.access as never);
      if (may === (status === 403) || status === 401 || status >= 500) wrong.push(`${role} ${route.id}: ${status}`);
    }
  expect(wrong).toEqual([]);
});

test('twins of an address are decided like the address itself', async () => {
  const twins = [
    '/accounts/',
    '//accounts',
    '/accounts;x=1',
    '/%61ccounts',
    '/ACCOUNTS',
    '/./accounts',
    '/accounts%2F',
    '/accounts/..%2Faccounts',
  ];
  for (const twin of twins) {
    const anonymous = await new ApiClient(app).get(twin);
    const viewer = await people.viewer.get(twin);
    expect([401, 404, 400], twin).toContain(anonymous.status);
    expect([403, 404, 400], twin).toContain(viewer.status);
  }
});

test('tricks with content types and methods reach nothing', async () => {
  const body = { email: 'x@example.org', displayName: 'x', role: 'admin', password: 'a password of length' };
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json ; x',
    '\tapplication/json',
  ])
    expect((await people.viewer.send('POST', '/accounts', body, { 'content-type': type })).status, type).toBeGreaterThanOrEqual(
      400,
    );
  const overridden = await people.viewer.send('GET', '/accounts', undefined, { 'x-http-method-override': 'POST' });
  expect(overridden.status).toBe(403);
  const polluted = await people.admin.send(
    'POST',
    '/accounts',
    JSON.parse(
      '{"__proto__":{"role":"admin"},"email":"y@example.org","displayName":"y","role":"viewer","password":"a password of length"}',
    ),
  );
  expect(polluted.status).toBe(400);
});

test('answers carry the headers that browsers need, and faults show no inside', async () => {
  const { headers } = await people.admin.get('/session');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(String(headers['content-security-policy'])).toContain("default-src 'none'");
  const wrong = await people.admin.get('/assets?cursor=%00');
  expect(wrong.status).toBeLessThan(500);
});
