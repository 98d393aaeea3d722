import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CommandContext, CommandPass, passHeader } from '#identity';
import { ReconcilerRegistry } from '#reconcile';
import { ApiClient } from '#testing';
import { type ApiWorld, makeApiWorld } from '../ingest/api-world.ts';
import { MadeUpHost, type MadeUpManifest, madeUpDomain } from './made-up-host.ts';

let world: ApiWorld;
const host = new MadeUpHost();
const manifest: MadeUpManifest = { declared: { width: 10 }, generations: [], isReadOnly: false };

beforeAll(async () => {
  world = await makeApiWorld();
  world.app.get(ReconcilerRegistry, { strict: false }).register(madeUpDomain('numbers', host, manifest));
});
afterAll(() => world?.close());
beforeEach(() => {
  Object.assign(host, { isAway: false, next: 'well' });
});

async function begin(values: Record<string, number>) {
  const { body: plan } = await world.operator.post('/reconcile/numbers/plan', { values });
  const { planId, baseGeneration } = plan;
  return world.admin.post('/reconcile/numbers/apply', { planId, baseGeneration, values, confirmSeconds: 60 });
}

test('a change is planned, applied, shown with its countdown, kept, and told with its difference', async () => {
  expect((await world.operator.get('/reconcile/numbers')).body).toMatchObject({
    ...{ state: 'undeclared', hostControl: { available: true, reason: null }, generation: 0, driftCount: 0 },
    ...{ notApplied: 1, pending: null, drift: [] },
  });
  const { status, body: pending } = await begin({ width: 12 });
  expect(status).toBe(201);
  expect(pending).toMatchObject({ generation: 1, by: 'admin', changes: [{ subject: 'width', from: null, to: '12' }] });
  expect(pending.secondsLeft).toBeGreaterThan(55);
  const { body: shown } = await world.operator.get('/reconcile/numbers');
  expect(shown).toMatchObject({ state: 'waiting', pending: { changeId: pending.changeId, by: 'admin' } });
  const { body: kept } = await world.admin.post('/reconcile/numbers/confirm', { changeId: pending.changeId });
  expect(kept).toEqual({ state: 'committed', pending: null });
  await world.admin.post('/reconcile/numbers/confirm', { changeId: (await begin({ width: 14 })).body.changeId });
  const { body: history } = await world.operator.get('/reconcile/numbers/history?limit=1');
  expect(history.generations).toMatchObject([{ generation: 2, by: 'admin', outcome: 'committed', manifestGeneration: 2 }]);
  const { body: older } = await world.operator.get(`/reconcile/numbers/history?cursor=${history.nextCursor}`);
  expect(older).toMatchObject({ generations: [{ generation: 1 }], nextCursor: null });
  const { body: diff } = await world.operator.get('/reconcile/numbers/history/2/diff');
  expect(diff).toMatchObject({
    against: 1,
    lines: [
      { file: 'width.conf', kind: ' ', text: '# number' },
      { file: 'width.conf', kind: '-', text: 'value=12' },
      { file: 'width.conf', kind: '+', text: 'value=14' },
    ],
  });
});

test('what was taken back says who did', async () => {
  const { body: pending } = await begin({ width: 20 });
  const { body } = await world.admin.post('/reconcile/numbers/rollback', { changeId: pending.changeId });
  expect(body).toEqual({ state: 'rolled-back', pending: null });
  const { body: history } = await world.operator.get('/reconcile/numbers/history?limit=1');
  expect(history.generations).toMatchObject([{ outcome: 'rolled-back', reason: 'admin took it back.' }]);
});

test('drift is shown with its cause, since when it was seen first, and healed when somebody asks', async () => {
  const seen = { expected: '14', seen: '15', cause: 'Somebody turned it.', remedy: 'Turn it back.', tries: 0 };
  host.drift = [
    { kind: 'K', subject: 'width', since: '2026-11-22T01:00:00.000Z', healing: 'self', ...seen },
    { kind: 'F', subject: 'width.conf', since: '2026-11-22T01:00:00.000Z', healing: 'asks', ...seen },
  ];
  await world.admin.post('/reconcile/numbers/heal', { kind: 'F' });
  host.drift = host.drift.map((record) => ({ ...record, since: '2026-11-22T01:30:00.000Z' }));
  const { body } = await world.admin.post('/reconcile/numbers/heal', {});
  expect(body).toMatchObject({ healed: 1, drift: [{ kind: 'F', since: '2026-11-22T01:00:00.000Z' }] });
  const { body: domain } = await world.operator.get('/reconcile/numbers');
  expect(domain).toMatchObject({ state: 'drifted', driftCount: 1 });
  host.drift = [];
  await world.admin.post('/reconcile/numbers/heal', {});
});

test('while the host is away everything reads, and says why', async () => {
  host.isAway = true;
  const { status, body } = await world.operator.get('/reconcile');
  expect(status).toBe(200);
  const numbers = body.domains.find(({ domain }: { domain: string }) => domain === 'numbers');
  expect(numbers).toMatchObject({ state: 'unavailable', hostControl: { available: false, reason: 'nobody answers' } });
  const { body: plan } = await world.operator.post('/reconcile/numbers/plan', { values: { width: 30 } });
  expect(plan.feasible).toBe(true);
  const { status: refused, body: problem } = await begin({ width: 30 });
  expect([refused, problem.code]).toEqual([503, 'HOST_CONTROL_UNAVAILABLE']);
});

test('who may not see the box sees nothing, who may not change it changes nothing', async () => {
  expect((await world.viewer.get('/reconcile')).status).toBe(403);
  expect((await world.operator.post('/reconcile/numbers/heal', {})).status).toBe(403);
  expect((await world.admin.get('/reconcile/nothing')).body.code).toBe('RECONCILE_DOMAIN_UNKNOWN');
});

test('a command shows its pass, may what the pass allows, and nothing once it has ended', async () => {
  const passes = world.app.get(CommandPass, { strict: false });
  const context = await world.app.get(CommandContext, { strict: false }).create('plan', ['box.read'], 'Museum');
  const pass = await passes.issue({ ...context, actor: { kind: 'command', id: 'plan', label: 'ada' } });
  const command = new ApiClient(world.app);
  const headers = passHeader(pass);
  expect((await command.get('/reconcile', headers)).status).toBe(200);
  expect((await command.post('/reconcile/numbers/heal', {}, headers)).status).toBe(403);
  expect((await command.get('/audit', headers)).status).toBe(403);
  expect((await command.get('/reconcile', passHeader('guessed'))).status).toBe(401);
  await passes.end(pass);
  expect((await command.get('/reconcile', headers)).status).toBe(401);
});
