import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AuditTrimming } from '#audit';
import { SystemDatabase, TenantDatabase } from '#database';
import { runAs } from '#kernel';
import { asSuperuser } from '#supervisor';
import { addOrganisation } from '#testing';
import { makeRetentionWorld, type RetentionWorld } from './retention-world.ts';

// What is no asset goes by its age, too: parts of logs, rows of the audit, figures of the appliance.

const dayMs = 86_400_000;
let world: RetentionWorld;
beforeAll(async () => {
  world = await makeRetentionWorld();
}, 180_000);
afterAll(() => {
  vi.useRealTimers();
  return world?.close();
});
beforeEach(async () => {
  vi.useRealTimers();
  await world.rows('UPDATE deletion_run SET ended_at = asked_at WHERE ended_at IS NULL');
  await world.set({ audit: 1095, logs: 30, metrics: 90, aggregates: 365 });
});

const ago = (days: number) => new Date(Date.now() - days * dayMs);
const superuser = (text: string, values: unknown[] = []) =>
  asSuperuser(world.appliance.socketFolder, world.appliance.databaseName, async (client) => {
    return (await client.query(text, values)).rows;
  });
const previewOf = async (name: string, policies: Parameters<RetentionWorld['set']>[0] = {}) =>
  (await world.as(() => world.retention.preview(policies))).traces.find((one) => one.class === name);
const journalOf = async (run: string, name: string) => {
  const found = (await world.as(() => world.requests.listRuns())).items.find(({ id }) => id === run);
  return found?.traces.find((one) => one.class === name);
};
const told = (action: string) =>
  world.rows<{ detail: Record<string, unknown> }>('SELECT detail FROM audit_event WHERE action = $1 ORDER BY id DESC', [
    action,
  ]);

describe('logs', () => {
  const part = (days: number, name = 'api.log') => `${name}.${ago(days).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const fill = (...names: string[]) => {
    rmSync(world.appliance.paths.logs, { recursive: true, force: true });
    mkdirSync(world.appliance.paths.logs, { recursive: true });
    for (const name of names) writeFileSync(join(world.appliance.paths.logs, name), '0123456789');
  };
  const left = () => readdirSync(world.appliance.paths.logs).sort();

  test('parts that ended long ago go; a log that is written to never does, however old', async () => {
    const [old, older, young] = [part(31), part(40, 'redis.log'), part(29)];
    fill('api.log', 'redis.log', old, older, young);
    expect(await previewOf('logs')).toMatchObject({ entries: 2, bytes: 20, keptBecause: null });
    expect((await previewOf('logs'))?.firstAt).toBe(new Date(Math.floor(ago(40).getTime() / 1000) * 1000).toISOString());
    const run = await world.run();
    expect(left()).toEqual(['api.log', 'redis.log', young].sort());
    expect(await journalOf(run, 'logs')).toMatchObject({ state: 'done', entries: 2, removedEntries: 2, removedBytes: 20 });
    const [audited] = await told('retention.traces-deleted');
    expect(audited?.detail).toMatchObject({ run, entries: 2, bytes: 20, names: [older, old] });
  });

  test('stay as long as the organisation that wants them longest', async () => {
    const old = part(50);
    fill(old);
    const other = await addOrganisation(world.app.get(SystemDatabase), 'Archive');
    await runAs(other, () =>
      world.app
        .get(TenantDatabase)
        .run((sql) =>
          sql.run(
            `INSERT INTO retention_policy (organisation_id, class, keep_days, changed_by, changed_at) VALUES ($1, 'logs', 60, '', now())`,
            [other.organisationId],
          ),
        ),
    );
    expect(await previewOf('logs', { logs: 5 })).toMatchObject({ entries: 0 });
    await world.run();
    expect(left()).toEqual([old]);
    await superuser(`DELETE FROM retention_policy WHERE organisation_id = $1`, [other.organisationId]);
    await world.run();
    expect(left()).toEqual([]);
  });

  test('are kept by a run whose policy was lengthened meanwhile', async () => {
    const old = part(50);
    fill(old);
    await world.set({ logs: 31 });
    const id = await world.as(async () => (await world.requests.run((await world.retention.preview({})).digest)).id);
    await world.rows(`UPDATE retention_policy SET keep_days = NULL WHERE class = 'logs'`);
    await world.as(() => world.runner.run(id));
    expect(left()).toEqual([old]);
  });

  test('a preview that would be another by now is refused', async () => {
    fill(part(50));
    const { digest } = await world.as(() => world.retention.preview({ logs: 35 }));
    fill(part(50), part(45));
    await expect(world.as(() => world.retention.save({ policies: { logs: 35 }, digest }))).rejects.toMatchObject({
      code: 'RETENTION_PREVIEW_CHANGED',
    });
  });
});

describe('the audit', () => {
  const write = (days: number, action: string) =>
    superuser(
      `INSERT INTO audit_event (organisation_id, at, actor_kind, actor_id, actor_label, action, target_kind, target_id, request_id, detail)
       VALUES ($1, $2, 'account', 'a', 'Ada', $3, 'asset', 'x', 'r', '{"b": 1, "a": {"c": 2.50}}')`,
      [world.organisation.organisationId, ago(days), action],
    );
  const actions = async () =>
    (await world.rows<{ action: string }>(`SELECT action FROM audit_event WHERE action LIKE 'old.%' ORDER BY id`)).map(
      ({ action }) => action,
    );

  test('loses what is older than its days, and keeps a row that says what went, with a hash of it', async () => {
    await write(1200, 'old.first');
    await write(1100, 'old.second');
    await write(1000, 'old.third');
    const going = await superuser(
      `SELECT jsonb_build_object('id', id, 'organisation', organisation_id, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         'actorKind', actor_kind, 'actorId', actor_id, 'actorLabel', actor_label, 'action', action, 'targetKind', target_kind, 'targetId', target_id,
         'requestId', request_id, 'detail', detail)::text AS line FROM audit_event WHERE action IN ('old.first', 'old.second') ORDER BY id`,
    );
    expect(await previewOf('audit')).toMatchObject({ entries: 2, keptBecause: null });
    const run = await world.run();
    expect(await actions()).toEqual(['old.third']);
    expect(await journalOf(run, 'audit')).toMatchObject({ state: 'done', entries: 2, removedEntries: 2 });
    const [trimmed] = await told('audit.trimmed');
    const text = going.map(({ line }) => `${line}\n`).join('');
    expect(trimmed?.detail).toMatchObject({
      entries: 2,
      firstAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      lastAt: expect.any(String),
      sha256: createHash('sha256').update(text).digest('hex'),
    });
  });

  test('keeps all of it while any legal hold stands, and says so', async () => {
    await write(1500, 'old.held');
    const asset = await world.bring();
    const hold = await world.as(() => world.holds.place({ name: 'Case 7', reason: 'Court.', assetIds: [asset] }));
    expect(await previewOf('audit')).toMatchObject({ entries: 1, keptBecause: expect.stringContaining('legal hold') });
    const run = await world.run();
    expect(await actions()).toContain('old.held');
    expect(await journalOf(run, 'audit')).toMatchObject({ state: 'spared', reason: expect.stringContaining('legal hold') });
    expect(await world.as(() => world.app.get(AuditTrimming).trim(ago(1095), 100, run))).toBeUndefined();
    await world.as(() => world.holds.release(hold.id, 'Closed.'));
    await world.run();
    expect(await actions()).not.toContain('old.held');
  });

  test('waits for a hold that is being placed, and then keeps all of it', async () => {
    await write(1500, 'old.raced');
    const asset = await world.bring();
    const trim = async () => {
      const words = [world.organisation.organisationId, ago(1095)];
      const [row] = await superuser(`SELECT trim_audit_of($1, $2, 100, 'run', 'system', 'a', 'a', 'r') AS entries`, words);
      return row?.entries as number | null;
    };
    const { id, trimming } = await world.as(() =>
      world.app.get(TenantDatabase).run(async () => {
        const hold = await world.holds.place({ name: 'Case 9', reason: 'Court.', assetIds: [asset] });
        const waiting = trim();
        expect(await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])).toBe('waits');
        return { id: hold.id, trimming: [waiting] };
      }),
    );
    expect(await trimming[0]).toBeNull();
    expect(await actions()).toContain('old.raced');
    await world.as(() => world.holds.release(id, 'Closed.'));
    expect(await trim()).toBe(1);
  });

  test('is never kept for less than a year, whoever asks', async () => {
    const tooFew = { code: 'RETENTION_TOO_SHORT', values: { class: 'audit', days: 364, least: 365 } };
    await expect(world.as(() => world.retention.preview({ audit: 364 }))).rejects.toMatchObject(tooFew);
    await expect(world.as(() => world.retention.preview({ audit: 365 }))).resolves.toBeTruthy();
    await expect(world.as(() => world.app.get(AuditTrimming).trim(ago(364), 100, 'x'))).rejects.toThrow(/365 days/);
    await expect(world.rows('DELETE FROM audit_event')).rejects.toThrow(/permission denied/);
    await expect(world.rows('SELECT trim_audit_of(NULL, now(), 1, $1, $1, $1, $1, $1)', ['x'])).rejects.toThrow(
      /permission denied/,
    );
  });

  test('also loses what happened before an organisation was known, once no organisation wants it and none holds anything', async () => {
    const fail = () =>
      superuser(
        `INSERT INTO audit_event (at, actor_kind, actor_id, actor_label, action, target_kind, target_id, request_id)
         VALUES ($1, 'system', 'a', 'Ada', 'old.refused', 'account', 'x', 'r')`,
        [ago(1200)],
      );
    const left = async () => (await superuser(`SELECT FROM audit_event WHERE action = 'old.refused'`)).length;
    const other = await addOrganisation(world.app.get(SystemDatabase), 'Library');
    await fail();
    expect(await previewOf('appliance-audit')).toMatchObject({ entries: 1, keptBecause: null });
    const theirs = (text: string) =>
      runAs(other, () => world.app.get(TenantDatabase).run((sql) => sql.run(text, [other.organisationId])));
    await theirs(
      `INSERT INTO legal_hold (organisation_id, id, name, reason, placed_by, placed_at) VALUES ($1, gen_random_uuid(), 'a', 'b', 'c', now())`,
    );
    expect(await previewOf('appliance-audit')).toMatchObject({ entries: 1, keptBecause: expect.stringContaining('hold') });
    await world.run();
    expect(await left()).toBe(1);
    await theirs(`UPDATE legal_hold SET released_at = now(), released_by = 'c' WHERE organisation_id = $1`);
    const run = await world.run();
    expect(await left()).toBe(0);
    expect(await journalOf(run, 'appliance-audit')).toMatchObject({ state: 'done', removedEntries: 1 });
    const [note] = await superuser(`SELECT detail FROM audit_event WHERE action = 'audit.trimmed' AND organisation_id IS NULL`);
    expect(note).toMatchObject({ detail: { entries: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  test('of another organisation is left alone', async () => {
    const other = await addOrganisation(world.app.get(SystemDatabase), 'Museum');
    await superuser(
      `INSERT INTO audit_event (organisation_id, at, actor_kind, actor_id, actor_label, action, target_kind, target_id, request_id)
       VALUES ($1, $2, 'account', 'a', 'Ada', 'old.theirs', 'asset', 'x', 'r')`,
      [other.organisationId, ago(2000)],
    );
    await world.run();
    expect(await superuser(`SELECT FROM audit_event WHERE action = 'old.theirs'`)).toHaveLength(1);
  });
});

test('figures of tiers and the history of moves go after their days; moves of held objects stay', async () => {
  const asset = await world.bring();
  await superuser(`INSERT INTO tier (name, id) VALUES ('hot', gen_random_uuid()) ON CONFLICT DO NOTHING`);
  for (const days of [100, 91, 89]) await superuser(`INSERT INTO tier_sample VALUES ('hot', $1, 1, 1, 1, 1)`, [ago(days)]);
  const move = async (days: number, object: string) => {
    const [run] = await superuser(
      `INSERT INTO mover_run (id, digest, planned_at, origin, asked_by, ended_at, planned_moves, planned_bytes)
       VALUES (gen_random_uuid(), '', $1, 'window', '', $1, 1, 1) RETURNING id`,
      [ago(days)],
    );
    await superuser(
      `INSERT INTO tier_move (organisation_id, id, run_id, object_id, generation, from_tier, to_tier, rule, reason, file_name, file_bytes, file_sha256, state, planned_at, updated_at, ended_at)
       VALUES ($1, gen_random_uuid(), $4, ${object}, 1, 'hot', 'warm', 'age', '', '', 1, sha256('x'), 'done', $2, $2, $3)`,
      [world.organisation.organisationId, ago(days), ago(days), run?.id],
    );
  };
  await move(400, 'gen_random_uuid()');
  await move(300, 'gen_random_uuid()');
  const [held] = await world.rows<{ id: string }>(
    'SELECT o.id FROM stored_object o JOIN asset a ON a.object_sha256 = o.sha256 WHERE a.id = $1',
    [asset],
  );
  await move(401, `'${held?.id}'`);
  await world.as(() => world.holds.place({ name: 'Case 8', reason: 'Court.', assetIds: [asset] }));
  expect(await previewOf('metrics')).toMatchObject({ entries: 2 });
  expect(await previewOf('aggregates')).toMatchObject({ entries: 2 });
  const run = await world.run();
  expect(await journalOf(run, 'metrics')).toMatchObject({ state: 'done', removedEntries: 2 });
  expect(await journalOf(run, 'aggregates')).toMatchObject({ state: 'done', removedEntries: 2 });
  expect(await superuser('SELECT FROM tier_sample')).toHaveLength(1);
  expect(await superuser('SELECT FROM tier_move')).toHaveLength(2);
  expect(await superuser('SELECT FROM mover_run')).toHaveLength(2);
});

test('what is not stored yet is named and said so', async () => {
  const { items } = await world.as(() => world.retention.list());
  const found = (name: string) => items.find((item) => item.class === name);
  expect(found('financial')).toMatchObject({ settable: false, note: 'Nothing of this class is stored yet.' });
  expect(found('revenue')).toMatchObject({ settable: false, keepDays: 1095 });
  expect(found('personal')).toMatchObject({ settable: false, note: expect.stringContaining('By request') });
  expect(found('audit')).toMatchObject({ settable: true, keepDays: 1095, leastDays: 365 });
});
