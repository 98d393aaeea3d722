import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AuditModule } from '#audit';
import { DatabaseModule, SystemDatabase } from '#database';
import { newId, runAs, type TenantContext } from '#kernel';
import { QueueModule } from '#queue';
import { ChangeCourse, ReconcileModule, ReconcilerRegistry, ReconcileService } from '#reconcile';
import { addOrganisation, createTestAppliance } from '#testing';
import { MadeUpHost, type MadeUpManifest, madeUpDomain } from './made-up-host.ts';

let close: () => Promise<void>;
let system: SystemDatabase;
let service: ReconcileService;
let course: ChangeCourse;
let ada: TenantContext;
let ben: TenantContext;
const host = new MadeUpHost();
const manifest: MadeUpManifest = { declared: {}, generations: [], isReadOnly: false };

beforeAll(async () => {
  const { appliance, remove } = await createTestAppliance();
  @Module({ imports: [DatabaseModule.of(appliance), QueueModule, AuditModule, ReconcileModule] })
  class Changes {}
  const services = await NestFactory.createApplicationContext(Changes, { logger: false });
  const registry = services.get(ReconcilerRegistry);
  for (const domain of ['numbers', 'others']) registry.register(madeUpDomain(domain, host, manifest));
  system = services.get(SystemDatabase);
  service = services.get(ReconcileService);
  course = services.get(ChangeCourse);
  const organisation = await addOrganisation(system);
  const as = (label: string): TenantContext => ({ ...organisation, actor: { kind: 'command', id: 'test', label } });
  [ada, ben] = [as('Ada'), as('Ben')];
  close = async () => {
    await services.close();
    await remove();
  };
});
afterAll(() => close?.());
beforeEach(async () => {
  await system.run((sql) => sql.run(`UPDATE reconcile_change SET state = 'failed', ended_at = now() WHERE ended_at IS NULL`));
  Object.assign(host, { entries: [], isAway: false, next: 'well', drift: [], acts: 0 });
  Object.assign(manifest, { declared: { width: 10, height: 20 }, generations: [], isReadOnly: false });
});

const rows = () =>
  system.run((sql) =>
    sql.rows<{ id: string; state: string; reason: string; generation: string }>(
      'SELECT * FROM reconcile_change ORDER BY id DESC',
    ),
  );
const newest = async () => (await rows())[0];
const audited = () =>
  system.run(async (sql) => {
    const found = await sql.rows<{ action: string; actor_label: string }>(
      `SELECT action, actor_label FROM audit_event WHERE target_kind = 'host-domain' AND detail->>'change' = (SELECT id::text FROM reconcile_change ORDER BY id DESC LIMIT 1) ORDER BY id`,
    );
    return found.map(({ action, actor_label }) => `${action} by ${actor_label}`);
  });
const code = (expected: string) => expect.objectContaining({ code: expected });

async function apply(values: Record<string, number>, who = ada, domain = 'numbers') {
  return runAs(who, async () => {
    const plan = await service.plan(domain, values);
    if (!plan.feasible) throw new Error(plan.message);
    const { planId, baseGeneration } = plan;
    return service.apply(domain, { planId, baseGeneration, values, confirmSeconds: 60 });
  });
}
const confirm = (changeId: string, who = ada) => runAs(who, () => service.confirm('numbers', changeId));

test('what is applied waits, is kept by whoever may, and then stands in the manifest with who and why', async () => {
  const pending = await apply({ width: 12 });
  expect(pending).toMatchObject({ generation: 1, by: 'Ada', changes: [{ subject: 'height' }, { subject: 'width', to: '12' }] });
  expect(manifest.declared.width).toBe(10);
  expect(await confirm(pending.changeId, ben)).toEqual({ state: 'committed', pending: null });
  expect(manifest).toMatchObject({
    declared: { width: 12 },
    generations: [{ author: 'Ben', reason: 'Made-up numbers: width=12' }],
  });
  expect(await audited()).toEqual(['reconcile.applied by Ada', 'reconcile.waiting by Host', 'reconcile.committed by Ben']);
  expect(await confirm(pending.changeId)).toEqual({ state: 'committed', pending: null });
  expect(manifest.generations).toHaveLength(1);
});

test('what is taken back, or not kept in time, leaves the manifest as it is', async () => {
  const first = await apply({ width: 12 });
  expect(await runAs(ben, () => service.rollBack('numbers', first.changeId))).toMatchObject({ state: 'rolled-back' });
  await expect(confirm(first.changeId)).rejects.toEqual(code('RECONCILE_CHANGE_ENDED'));
  await apply({ width: 13 });
  host.end(host.entries[1] as (typeof host.entries)[0], 'rolled-back', 'nobody confirmed it within 60 s');
  await course.settle();
  expect(await newest()).toMatchObject({ state: 'rolled-back', reason: 'nobody confirmed it within 60 s' });
  expect(await audited()).toEqual(['reconcile.applied by Ada', 'reconcile.waiting by Host', 'reconcile.rolled-back by Host']);
  expect(manifest.generations).toEqual([]);
});

test('whoever keeps it too late is told that it went back, and has not taken it back', async () => {
  const { changeId } = await apply({ width: 12 });
  host.end(host.entries[0] as (typeof host.entries)[0], 'rolled-back', 'nobody confirmed it within 60 s');
  await expect(confirm(changeId, ben)).rejects.toMatchObject({
    code: 'RECONCILE_CHANGE_ENDED',
    message: 'The change went back: Nobody confirmed it within 60 s.',
  });
  expect((await audited()).at(-1)).toBe('reconcile.rolled-back by Host');
});

test('of two who apply at once one is told who was faster, also in another domain of the same host', async () => {
  const both = await Promise.allSettled([apply({ width: 12 }, ada), apply({ height: 30 }, ben, 'others')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
  expect(refused.reason).toMatchObject({ code: 'RECONCILE_CHANGE_WAITS', kind: 'conflict' });
  expect(refused.reason.message).toMatch(
    /^A change of (numbers|others) by (Ada|Ben) (waits for its confirmation|is being put in force)/,
  );
  expect(host.acts).toBe(1);
});

test('a plan that another change has overtaken is not applied', async () => {
  const stale = await runAs(ben, () => service.plan('numbers', { width: 15 }));
  const { changeId } = await apply({ width: 12 });
  await confirm(changeId);
  if (!stale.feasible) throw new Error(stale.message);
  const body = { planId: stale.planId, baseGeneration: stale.baseGeneration, values: { width: 15 }, confirmSeconds: 60 };
  await expect(runAs(ben, () => service.apply('numbers', body))).rejects.toEqual(code('RECONCILE_PLAN_STALE'));
  manifest.declared.height = 99;
  await expect(runAs(ben, () => service.apply('numbers', { ...body, baseGeneration: 1 }))).rejects.toEqual(
    code('RECONCILE_PLAN_STALE'),
  );
  expect(host.acts).toBe(1);
});

test('what does not fit says what would, and is not applied', async () => {
  const plan = await runAs(ada, () => service.plan('numbers', { width: 300 }));
  expect(plan).toMatchObject({ feasible: false, code: 'TOO_MUCH', nearestFeasible: { width: 100 } });
  const body = { planId: '', baseGeneration: 0, values: { width: 300 }, confirmSeconds: 60 };
  await expect(runAs(ada, () => service.apply('numbers', body))).rejects.toEqual(code('RECONCILE_INFEASIBLE'));
});

test('without a host plans are made, and nothing is applied', async () => {
  host.isAway = true;
  expect(await runAs(ada, () => service.plan('numbers', { width: 12 }))).toMatchObject({ feasible: true });
  await expect(apply({ width: 12 })).rejects.toEqual(code('HOST_CONTROL_UNAVAILABLE'));
  expect(host.acts).toBe(0);
});

test('a host that refuses, loses the answer, loses the order or takes it back: the row says what is true', async () => {
  host.next = 'refused';
  await expect(apply({ width: 12 })).rejects.toEqual(code('HOST_REFUSES'));
  expect(await newest()).toMatchObject({ state: 'failed', reason: 'the host refuses' });
  host.next = 'taken-back';
  await expect(apply({ width: 12 })).rejects.toEqual(code('HOST_VERIFY_FAILED'));
  expect(await newest()).toMatchObject({ state: 'rolled-back', reason: 'the kernel gives other CPUs' });
  host.next = 'answer-lost';
  await expect(apply({ width: 12 })).rejects.toEqual(code('HOST_CONTROL_UNAVAILABLE'));
  expect(await newest()).toMatchObject({ state: 'waiting' });
  expect(await confirm((await newest())?.id ?? '')).toMatchObject({ state: 'committed' });
  host.next = 'order-lost';
  await expect(apply({ width: 14 })).rejects.toEqual(code('HOST_CONTROL_UNAVAILABLE'));
  expect(await newest()).toMatchObject({ state: 'applying' });
  await system.run((sql) =>
    sql.run(`UPDATE reconcile_change SET started_at = now() - interval '200 s' WHERE state = 'applying'`),
  );
  await course.settle();
  expect(await newest()).toMatchObject({ state: 'failed', reason: 'The host was never asked.' });
});

test('a manifest that cannot be written is told, and written later', async () => {
  const { changeId } = await apply({ width: 12 });
  manifest.isReadOnly = true;
  expect(await confirm(changeId)).toMatchObject({ state: 'committed' });
  expect(await newest()).toMatchObject({ state: 'committed', manifest_problem: 'it is read-only' });
  manifest.isReadOnly = false;
  await course.settle();
  expect(manifest.declared.width).toBe(12);
  expect(await newest()).toMatchObject({ manifest_generation: 1, manifest_problem: null });
});

test('one goes back to a generation by a change of its own', async () => {
  for (const width of [12, 14]) await confirm((await apply({ width })).changeId);
  const { pending } = await runAs(ada, () => service.returnTo('numbers', 1, 60));
  expect(pending?.changes).toEqual([{ subject: 'width', what: 'number', from: '14', to: '12', restartNeeded: false }]);
  await confirm(pending?.changeId ?? '');
  expect(manifest).toMatchObject({ declared: { width: 12 } });
  expect(manifest.generations.at(-1)).toMatchObject({ reason: 'Back to generation 1.' });
  await expect(runAs(ada, () => service.returnTo('numbers', 9, 60))).rejects.toEqual(code('RECONCILE_GENERATION_UNKNOWN'));
});

test('whoever may only look changes nothing', async () => {
  const viewer = { ...ada, permissions: new Set(['box.read'] as const) };
  const body = { planId: '', baseGeneration: 0, values: {}, confirmSeconds: 60 };
  for (const act of [
    () => service.apply('numbers', body),
    () => service.confirm('numbers', newId()),
    () => service.rollBack('numbers', newId()),
    () => service.returnTo('numbers', 1, 60),
    () => service.heal('numbers', {}),
  ])
    await expect(runAs(viewer, async () => act())).rejects.toEqual(code('ACCESS_DENIED'));
});

test('whatever a process leaves when it is killed, the next one ends as the host says', async () => {
  const rowStates = ['planned', 'applying', 'waiting'] as const;
  const hostStates = ['unknown', 'applying', 'waiting', 'committed', 'rolling-back', 'rolled-back'] as const;
  await fc.assert(
    fc.asyncProperty(
      ...[fc.constantFrom(...rowStates), fc.constantFrom(...hostStates), fc.boolean(), fc.integer({ min: 1, max: 100 })],
      async (left, hostState, isOld, width) => {
        Object.assign(manifest, { declared: { width: 0, height: 20 }, generations: [] });
        Object.assign(host, { entries: [] });
        const { changeId } = await apply({ width });
        // As far as the killed process had come, and the host with it.
        await system.run((sql) =>
          sql.run(`UPDATE reconcile_change SET state = $2, started_at = now() - $3 * interval '1 s' WHERE id = $1`, [
            ...[changeId, left, isOld ? 200 : 0],
          ]),
        );
        const [entry] = host.entries;
        if (!entry) throw new Error('The host was not asked.');
        if (hostState === 'unknown') host.entries = [];
        else Object.assign(entry, { state: hostState });
        for (let rounds = 0; rounds < 3; rounds += 1) await course.settle();
        const state = (await newest())?.state;
        if (hostState === 'committed' || hostState === 'rolled-back') expect(state).toBe(hostState);
        if (hostState === 'unknown') expect(state).toBe(isOld || left === 'waiting' ? 'failed' : left);
        if (hostState === 'waiting') expect(state).toBe('waiting');
        // The manifest says what the host has for good, once.
        expect(manifest.declared.width).toBe(hostState === 'committed' ? width : 0);
        expect(manifest.generations).toHaveLength(hostState === 'committed' ? 1 : 0);
        const ends = (await audited()).filter(
          (line) => !line.startsWith('reconcile.applied') && !line.startsWith('reconcile.waiting'),
        );
        expect(ends).toHaveLength(state === 'committed' || state === 'rolled-back' || state === 'failed' ? 1 : 0);
        await system.run((sql) =>
          sql.run(`UPDATE reconcile_change SET state = 'failed', ended_at = now() WHERE ended_at IS NULL`),
        );
      },
    ),
    { numRuns: 40 },
  );
});
