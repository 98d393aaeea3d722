import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, runAs, type TenantContext } from '#kernel';
import { KeyErasure } from '#keys';
import { firstTier } from '#manifest';
import { ErasureJobsModule, ErasureService, IngestService, PictureStore, PipelineJobsModule } from '#media';
import type { JobRun } from '#queue';
import { ObjectStore } from '#storage';
import { ErasureRunHandler } from '../../../libs/media/src/erasure/erasure-run.handler.ts';
import { makeWorld, type World } from '../pipeline/pipeline-world.ts';

let world: World;
let people: { ada: TenantContext; ben: TenantContext };
beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule, ErasureJobsModule] });
  people = { ada: await join_('ada@example.org'), ben: await join_('ben@example.org') };
});
afterAll(() => world?.close());

/** Adds a member of the organisation; answers the context that they act in. */
async function join_(email: string): Promise<TenantContext> {
  const id = newId();
  await world.app.get(SystemDatabase).run(async (sql) => {
    await sql.run(`INSERT INTO account (id, email, display_name, password_hash) VALUES ($1, $2, $2, '')`, [id, email]);
    await sql.run(`INSERT INTO membership (organisation_id, account_id, role) VALUES ($1, $2, 'operator')`, [
      world.organisation.organisationId,
      id,
    ]);
  });
  return { ...world.organisation, actor: { kind: 'account', id, label: email } };
}

const service = () => world.app.get(ErasureService, { strict: false });
const store = () => world.app.get(ObjectStore);
const administrator = <Result>(work: () => Result) =>
  runAs(
    {
      ...world.organisation,
      permissions: new Set([...world.organisation.permissions, 'erasure.read', 'erasure.update'] as const),
    },
    work,
  );
const idOf = (person: TenantContext) => person.actor.id;
const bring = (person: TenantContext, bytes: Buffer, name: string) =>
  runAs(person, async () => {
    const stored = await store().put(bytes);
    return { ...stored, id: (await world.app.get(IngestService).accept({ bytes: stored, name })).assetId };
  });
const readable = (sha256: string) =>
  world
    .as(() => store().read(sha256))
    .then(
      () => true,
      () => false,
    );
const exists = async (id: string) => (await world.rows('SELECT FROM asset WHERE id = $1', [id])).length > 0;
const files = () =>
  readdirSync(join(firstTier(world.appliance).path, world.organisation.organisationId), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

async function erase(kind: 'person' | 'collection' | 'asset', id: string) {
  const { assets } = await administrator(() => service().preview({ kind, id }));
  const { id: erasureId } = await administrator(() => service().request({ kind, id }, assets, 'asked for'));
  await runErasure(erasureId);
  return administrator(() => service().get(erasureId));
}
async function runErasure(erasureId: string): Promise<void> {
  const [job] = await world.rows<{ id: string }>(
    `SELECT id FROM outbox WHERE job = 'erasure.run' AND payload->>'erasureId' = $1`,
    [erasureId],
  );
  const run: JobRun = { id: job?.id ?? '', attempt: 1, isLastAttempt: false, signal: new AbortController().signal };
  await world.as(() => world.app.get(ErasureRunHandler, { strict: false }).handle({ erasureId }, run));
}

async function addPicture(asset: { id: string; sha256: string }, bytes: Buffer): Promise<string> {
  const pictures = world.app.get(PictureStore, { strict: false });
  const made = { kind: 'preview' as const, position: 0, bytes, mediaType: 'image/webp', width: 1, height: 1 };
  const stored = await world.as(() => pictures.put(asset.sha256, [made]));
  await world.as(() => world.app.get(TenantDatabase).run((sql) => pictures.replace(sql, asset.id, ['preview'], stored)));
  return stored[0]?.sha256 ?? '';
}

test('a person is erased: what only they brought is gone with all that was made of it, what others brought, too, stays readable for those', async () => {
  const { ada, ben } = people;
  const [alone, ours, bens] = [randomBytes(1000), randomBytes(1001), randomBytes(1002)];
  const secret = await bring(ada, alone, 'only ada.jpg');
  const both = await bring(ada, ours, 'ada and ben.jpg');
  await bring(ben, ours, 'the same by ben.jpg');
  await bring(ben, ours, 'ada and ben.jpg');
  const other = await bring(ben, bens, 'only ben.jpg');
  const alike = randomBytes(300);
  const adasPicture = await addPicture(secret, alike);
  // Made of another’s original and the same to the byte: one object, under the key of whoever came first.
  await addPicture(other, alike);
  const secretPicture = await addPicture(both, randomBytes(301));

  expect(await administrator(() => service().preview({ kind: 'person', id: idOf(ada) }))).toMatchObject({
    assets: 1,
    shared: 1,
    held: 0,
  });
  const done = await erase('person', idOf(ada));
  expect(done).toMatchObject({ state: 'done', assets: 1, handedOver: 1, error: null });
  expect(await exists(secret.id)).toBe(false);
  expect(await readable(secret.sha256)).toBe(false);
  for (const sha256 of [both.sha256, secretPicture, other.sha256, adasPicture]) expect(await readable(sha256)).toBe(true);
  const [kept] = await world.rows<{ by: string; names: string[] }>(
    `SELECT a.added_by AS by, array_agg(o.name ORDER BY o.arrived_at) AS names FROM asset a JOIN asset_origin o ON o.asset_id = a.id WHERE a.id = $1 GROUP BY 1`,
    [both.id],
  );
  expect(kept).toEqual({ by: idOf(ben), names: ['the same by ben.jpg', 'ada and ben.jpg'] });
  expect(done.certificate).toMatchObject({ certificate: { keyKind: 'person', keyId: done.keyId } });
  await expect(bring(ada, randomBytes(10), 'again.jpg')).rejects.toMatchObject({ code: 'KEYS_DESTROYED' });
});

test('their files are gone from the disk when it is done', async () => {
  const named = new Set((await world.rows<{ id: string }>('SELECT id FROM stored_object')).map(({ id }) => id));
  expect(files().filter((name) => !named.has(name))).toEqual([]);
});

test('an asset is erased with its data keys; a backup that brings it back does not', async () => {
  const { ben } = people;
  const asset = await bring(ben, randomBytes(2000), 'one.jpg');
  const picture = await addPicture(asset, randomBytes(200));
  const backup = {
    objects: await world.rows(`SELECT * FROM stored_object WHERE sha256 IN (decode($1, 'hex'), decode($2, 'hex'))`, [
      asset.sha256,
      picture,
    ]),
    assets: await world.rows('SELECT id, object_sha256, name, kind, media_type, size_bytes, state FROM asset WHERE id = $1', [
      asset.id,
    ]),
  };
  const done = await erase('asset', asset.id);
  expect(done.objectIds).toHaveLength(2);
  expect(done.certificate).toMatchObject({ certificate: { objects: 2, keyId: null, backupsUnreadableAt: null } });
  expect([await exists(asset.id), await readable(asset.sha256), await readable(picture)]).toEqual([false, false, false]);

  for (const row of backup.objects) await insert('stored_object', row);
  for (const row of backup.assets) await insert('asset', { ...row, organisation_id: world.organisation.organisationId });
  expect(await exists(asset.id)).toBe(true);
  await world.app.get(KeyErasure).applyTombstones({ everything: true });
  expect([await exists(asset.id), await readable(asset.sha256)]).toEqual([false, false]);
  expect(await world.rows('SELECT FROM stored_object WHERE id = ANY($1)', [done.objectIds])).toEqual([]);
});

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row);
  await world.rows(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}

test('a collection is erased with its assets, whoever brought them', async () => {
  const [one, two] = [await bring(people.ben, randomBytes(50), 'c1.jpg'), await world.add(randomBytes(51), 'c2.jpg')];
  const collection = newId();
  const organisation = world.organisation.organisationId;
  await world.rows(`INSERT INTO collection (organisation_id, id, name) VALUES ($1, $2, 'Strike 2024')`, [
    organisation,
    collection,
  ]);
  for (const id of [one.id, two])
    await world.rows('INSERT INTO collection_asset (organisation_id, collection_id, asset_id) VALUES ($1, $2, $3)', [
      organisation,
      collection,
      id,
    ]);
  expect(await erase('collection', collection)).toMatchObject({ state: 'done', assets: 2, objects: 2 });
  expect(await world.rows('SELECT name FROM collection WHERE id = $1', [collection])).toEqual([]);
  expect([await exists(one.id), await exists(two)]).toEqual([false, false]);
});

test('where nothing is sealed nothing is destroyed, and it is done without a certificate', async () => {
  const [empty, organisation] = [newId(), world.organisation.organisationId];
  await world.rows(`INSERT INTO collection (organisation_id, id, name) VALUES ($1, $2, 'Empty')`, [organisation, empty]);
  expect(await erase('collection', empty)).toMatchObject({ state: 'done', assets: 0, certificate: null, error: null });
  expect(await world.rows('SELECT FROM collection WHERE id = $1', [empty])).toEqual([]);
  const visitor = await join_('visitor@example.org');
  expect(await erase('person', idOf(visitor))).toMatchObject({ state: 'done', assets: 0, certificate: null, error: null });
});

test('nothing is erased while something of it is held, nor when it is more than was looked at', async () => {
  const { ben } = people;
  const held = await bring(ben, randomBytes(60), 'held.jpg');
  await world.rows(`UPDATE stored_object SET held = true WHERE sha256 = decode($1, 'hex')`, [held.sha256]);
  const ask = (assets: number) => administrator(() => service().request({ kind: 'person', id: idOf(ben) }, assets, ''));
  await expect(ask(1)).rejects.toMatchObject({ code: 'ERASURE_HELD' });
  await world.rows(`UPDATE stored_object SET held = false`);
  await expect(ask(99)).rejects.toMatchObject({ code: 'ERASURE_CHANGED' });
  await expect(administrator(() => service().preview({ kind: 'person', id: newId() }))).rejects.toMatchObject({
    code: 'ERASURE_SUBJECT_UNKNOWN',
  });
  const viewer = { ...world.organisation, permissions: new Set(['asset.read'] as const) };
  await expect(runAs(viewer, () => service().preview({ kind: 'person', id: idOf(ben) }))).rejects.toMatchObject({
    kind: 'forbidden',
  });
  expect(await exists(held.id)).toBe(true);
});
