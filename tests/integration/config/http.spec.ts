import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';

// The configuration over HTTP, on a manifest of its own, with a real git, a real key and real audit rows.

const written = '# Ours.\nprofile: evaluation\nredis:\n  maxMemoryMb: 256 # as asked\n';
let world: ApiWorld;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
  file = join(folder, 'appliance.yaml');
  writeFileSync(file, written);
  world = await makeApiWorld((appliance) => {
    appliance.manifestFile = file;
  });
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(world.appliance.generations, { recursive: true, force: true });
  rmSync(join(world.appliance.paths.secrets, 'generations'), { recursive: true, force: true });
  writeFileSync(file, written);
});

const because = (reason: string, baseGeneration: number | null) => ({ reason, baseGeneration });
const change = (value: number, base: number | null) =>
  world.admin.post('/config/set', { set: [{ key: 'redis.maxMemoryMb', value }], ...because('more films', base) });

test('an operator sees the file, what its profile says, and that nothing is recorded yet', async () => {
  const { status, body } = await world.operator.get('/config');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    text: written,
    profile: 'evaluation',
    resolved: { redis: { maxMemoryMb: 256 }, postgres: { poolSize: 8 } },
    declaredOnly: ['zones', 'alerts', 'backups'],
    mistakes: [],
    newest: null,
    drift: { state: 'unrecorded' },
    awaitingStart: [],
    canWrite: { possible: true, reason: null },
  });
  const { body: schema } = await world.operator.get('/config/schema');
  expect(schema.properties.redis.properties.maxMemoryMb.description).toMatch(/^What it may keep in memory/);
});

test('a change is a generation in the name of whoever made it, with its audit row; it waits for the next start', async () => {
  const { status, body } = await change(512, null);
  expect([status, body]).toEqual([200, { generation: 2, changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 512 }] }]);
  expect(readFileSync(file, 'utf8')).toBe(written.replace('256', '512'));
  const { body: list } = await world.operator.get('/config/generations?limit=1');
  expect(list).toMatchObject({
    items: [{ number: 2, reason: 'more films', author: expect.stringMatching(/admin/i) }],
    nextCursor: '2',
  });
  const { body: older } = await world.operator.get(`/config/generations?cursor=${list.nextCursor}`);
  expect(older).toMatchObject({ items: [{ number: 1 }], nextCursor: null });
  const { body: diff } = await world.operator.get('/config/generations/2/diff');
  expect(diff).toMatchObject({ from: { number: 1 }, to: { number: 2 }, changes: [{ key: 'redis.maxMemoryMb' }] });
  expect(diff.lines).toContainEqual({ kind: 'added', text: '  maxMemoryMb: 512 # as asked' });
  const { body: blame } = await world.operator.get('/config/blame');
  expect(blame.lines.map(({ number }: { number: number }) => number)).toEqual([1, 1, 1, 2]);
  expect(blame.generations).toHaveLength(2);
  expect((await world.operator.get('/config')).body).toMatchObject({
    drift: { state: 'none' },
    awaitingStart: [{ key: 'redis.maxMemoryMb', before: 256, after: 512 }],
  });
  const [row] = await world.rows('SELECT detail FROM audit_event WHERE action = $1 ORDER BY id DESC LIMIT 1', [
    'config.changed',
  ]);
  expect(row?.detail).toEqual({ reason: 'more films', after: null, keys: ['redis.maxMemoryMb'] });
});

test('an edit is checked before it is saved: mistakes with line, key, value and what to do', async () => {
  const text = `${written}zones:\n  - { name: a, networks: [10.0.0.1/8], allow: [] }\nredi: {}\n`;
  const { status, body } = await world.operator.post('/config/check', { text });
  expect(status).toBe(200);
  expect(body.mistakes).toHaveLength(2);
  expect(body.mistakes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ line: 6, key: 'zones.0.networks.0', value: '"10.0.0.1/8"' }),
      expect.objectContaining({ line: 7, key: 'redi', remedy: 'Did you mean redis?' }),
    ]),
  );
  const { body: fine } = await world.operator.post('/config/check', { unset: ['redis'] });
  expect(fine).toMatchObject({ mistakes: [], changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 128 }] });
  const refused = await world.admin.post('/config/set', { text, ...because('x', null) });
  expect([refused.status, refused.body.code]).toEqual([400, 'MANIFEST_INVALID']);
  for (const wrong of [{}, { text, unset: ['redis'] }])
    expect((await world.operator.post('/config/check', wrong)).body.code).toBe('CONFIG_EDIT_INVALID');
  expect((await world.operator.post('/config/check', { text: 'x'.repeat(200_000) })).status).toBe(400);
  expect(readFileSync(file, 'utf8')).toBe(written);
});

test('of two people who change it at once, one is told; nothing of hers is written down as done', async () => {
  await change(300, null);
  const answers = await Promise.all([change(400, 2), change(500, 2)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('CONFIG_GENERATION_STALE');
  const [{ count } = { count: 0 }] = await world.rows<{ count: number }>(
    "SELECT count(*)::int AS count FROM audit_event WHERE action = 'config.changed' AND detail->>'after' = '2'",
  );
  expect(count).toBe(1);
  const same = await change(readFileSync(file, 'utf8').includes('400') ? 400 : 500, 3);
  expect(same.body).toEqual({ generation: null, changes: [] });
});

test('an edit by hand is drift, and is taken over or put back', async () => {
  await change(300, null);
  writeFileSync(file, written.replace('256', '333'));
  const { body } = await world.operator.get('/config');
  expect(body.drift).toMatchObject({ state: 'edited', changes: [{ key: 'redis.maxMemoryMb', before: 300, after: 333 }] });
  expect((await change(400, 2)).body.code).toBe('CONFIG_DRIFTED');
  const late = await world.admin.post('/config/adopt', { ...because('by Ada', 2), baseSha256: '0'.repeat(64) });
  expect(late.body.code).toBe('CONFIG_GENERATION_STALE');
  const taken = await world.admin.post('/config/adopt', { ...because('by Ada', 2), baseSha256: body.sha256 });
  expect(taken.body).toMatchObject({ generation: 3 });
  writeFileSync(file, 'tyres: 4\n');
  expect((await world.operator.get('/config')).body).toMatchObject({ resolved: null, mistakes: [{ line: null }] });
  const restored = await world.admin.post('/config/restore', { generation: 1, ...because('as it was', 3) });
  expect(restored.body).toMatchObject({ generation: 4 });
  expect(readFileSync(file, 'utf8')).toBe(written);
  rmSync(file);
  expect((await world.operator.get('/config')).body).toMatchObject({ text: null, drift: { state: 'missing' } });
});

test('the inventory carries the manifest', async () => {
  const { body } = await world.operator.get('/config/inventory');
  expect(parse(body.inventory).all.children.holdfast.hosts[body.host].holdfast_manifest).toBe(written);
});

test('an operator changes nothing, a viewer sees nothing, and a generation that there is not is told so', async () => {
  for (const path of ['set', 'restore', 'adopt'])
    expect((await world.operator.post(`/config/${path}`, { text: written, ...because('x', null) })).status).toBe(403);
  for (const path of ['', '/schema', '/generations', '/generations/1', '/generations/1/diff', '/blame', '/inventory'])
    expect((await world.viewer.get(`/config${path}`)).status).toBe(403);
  expect((await world.operator.get('/config/generations/9')).body.code).toBe('GENERATION_NOT_FOUND');
  expect((await world.operator.get('/config/generations?cursor=x')).body.code).toBe('CURSOR_INVALID');
});
