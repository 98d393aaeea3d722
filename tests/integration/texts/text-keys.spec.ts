import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, runAs, type TenantContext } from '#kernel';
import { KeyErasure, KeyVersionRotation } from '#keys';
import {
  AssetTexts,
  ErasureJobsModule,
  ErasureService,
  IngestService,
  MediaJobsModule,
  PipelineJobsModule,
  type TextSegmentRow,
} from '#media';
import type { JobRun } from '#queue';
import { ObjectStore } from '#storage';
import { ErasureRunHandler } from '../../../libs/media/src/erasure/erasure-run.handler.ts';
import { PlainTextSealer } from '../../../libs/media/src/text/plain-text-sealer.ts';
import { makeWorld, type World } from '../pipeline/pipeline-world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule, MediaJobsModule, ErasureJobsModule] });
});
afterAll(() => world?.close());

const texts = () => world.app.get(AssetTexts, { strict: false });
const tenant = () => world.app.get(TenantDatabase);
const administrator = <Result>(work: () => Result) =>
  runAs(
    {
      ...world.organisation,
      permissions: new Set([...world.organisation.permissions, 'erasure.read', 'erasure.update'] as const),
    },
    work,
  );

async function person(email: string): Promise<TenantContext> {
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

const bring = (by: TenantContext, bytes: Buffer, name: string) =>
  runAs(by, async () => {
    const stored = await world.app.get(ObjectStore).put(bytes);
    return (await world.app.get(IngestService).accept({ bytes: stored, name })).assetId;
  });

const segment = (text: string, position = 0): TextSegmentRow => ({ position, text });

function say(id: string, ...segments: TextSegmentRow[]): Promise<void> {
  return world.as(async () => {
    const sealed = await texts().seal(id, 'ocr', segments);
    await tenant().run((sql) => texts().replace(sql, sealed));
  });
}

const read = (id: string) => world.as(async () => (await texts().read(id)).map(({ text }) => text));
const keysOf = async (table: string, where: string, id: string) =>
  (
    await world.rows<{ key: string }>(`SELECT DISTINCT key_id || '/' || key_version AS key FROM ${table} WHERE ${where} = $1`, [
      id,
    ])
  ).map(({ key }) => key);
const originalKey = async (id: string) =>
  (
    await world.rows<{ key: string }>(
      `SELECT o.key_id || '/' || o.key_version AS key FROM asset a JOIN stored_object o ON o.sha256 = a.object_sha256 WHERE a.id = $1`,
      [id],
    )
  ).map(({ key }) => key);

async function erase(kind: 'person' | 'asset' | 'collection', id: string) {
  const service = world.app.get(ErasureService, { strict: false });
  const { assets } = await administrator(() => service.preview({ kind, id }));
  const { id: erasureId } = await administrator(() => service.request({ kind, id }, assets, 'asked for'));
  const [job] = await world.rows<{ id: string }>(
    `SELECT id FROM outbox WHERE job = 'erasure.run' AND payload->>'erasureId' = $1`,
    [erasureId],
  );
  const run: JobRun = { id: job?.id ?? '', attempt: 1, isLastAttempt: false, signal: new AbortController().signal };
  await world.as(() => world.app.get(ErasureRunHandler, { strict: false }).handle({ erasureId }, run));
  return administrator(() => service.get(erasureId));
}

test('a text is locked by the key of its original, and rotated with it', async () => {
  const id = await bring(await person('rotated@example.org'), randomBytes(50), 'a.jpg');
  await say(id, segment('one'), segment('two', 1));
  const [key = ''] = await originalKey(id);
  expect(await keysOf('sealed_text', 'asset_id', id)).toEqual([key]);
  const [keyId = ''] = key.split('/');
  expect(await world.as(() => world.app.get(KeyVersionRotation).rotate(keyId))).toMatchObject({ state: 'done', failed: 0 });
  expect(await keysOf('sealed_text', 'asset_id', id)).toEqual([`${keyId}/2`]);
  expect(await read(id)).toEqual(['one', 'two']);
});

test('when a person is erased their texts are gone, and those of assets that others brought, too, are the others’', async () => {
  const [ada, ben] = [await person('ada@example.org'), await person('ben@example.org')];
  const shared = randomBytes(60);
  const [hers, both] = [await bring(ada, randomBytes(61), 'hers.jpg'), await bring(ada, shared, 'both.jpg')];
  await bring(ben, shared, 'the same.jpg');
  await say(hers, segment('only hers'));
  await say(both, segment('known to both'));
  const sealed = await world.rows<Record<string, unknown>>('SELECT * FROM sealed_text WHERE asset_id = $1', [both]);
  expect(await erase('person', ada.actor.id)).toMatchObject({ state: 'done', assets: 1, handedOver: 1 });
  expect(await world.rows('SELECT FROM sealed_text WHERE asset_id = $1', [hers])).toEqual([]);
  expect(await read(both)).toEqual(['known to both']);
  expect(await keysOf('sealed_text', 'asset_id', both)).toEqual(await originalKey(both));

  // What a backup holds of it is under the key that was destroyed.
  await world.rows('UPDATE sealed_text SET key_id = $2, key_version = $3, wrapped_key = $4 WHERE asset_id = $1', [
    ...[both, sealed[0]?.key_id, sealed[0]?.key_version, sealed[0]?.wrapped_key],
  ]);
  await expect(read(both)).rejects.toMatchObject({ code: 'KEYS_DESTROYED' });
});

test('a text that was sealed while its asset was handed over is not stored under the former owner’s key', async () => {
  const [eva, tom] = [await person('eva@example.org'), await person('tom@example.org')];
  const shared = randomBytes(70);
  const id = await bring(eva, shared, 'eva.jpg');
  await bring(tom, shared, 'tom.jpg');
  const early = await world.as(() => texts().seal(id, 'ocr', [segment('sealed too early')]));
  await erase('person', eva.actor.id);
  const stored = world.as(() => tenant().run((sql) => texts().replace(sql, early)));
  await expect(stored).rejects.toMatchObject({ code: 'MEDIA_TEXT_OWNER_CHANGED', kind: 'unavailable' });
  await say(id, segment('sealed again'));
  expect(await read(id)).toEqual(['sealed again']);
});

test('an asset is erased with the data keys of its texts; a backup that brings them back does not', async () => {
  const id = await bring(await person('kim@example.org'), randomBytes(80), 'k.jpg');
  await say(id, segment('secret'));
  const tables = ['stored_object', 'asset', 'text_segment', 'sealed_text'];
  const [original] = await world.rows<{ sha256: Buffer }>('SELECT object_sha256 AS sha256 FROM asset WHERE id = $1', [id]);
  const columns = { stored_object: 'sha256', asset: 'id', text_segment: 'asset_id', sealed_text: 'asset_id' };
  const backup = await Promise.all(
    Object.entries(columns).map(([table, column]) =>
      world.rows<Record<string, unknown>>(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${column} = $1`, [
        table === 'stored_object' ? original?.sha256 : id,
      ]),
    ),
  );
  const done = await erase('asset', id);
  const [sealed] = (backup[3] ?? []).map(({ row }) => (row as { id: string }).id);
  expect(done.objectIds).toContain(sealed);
  expect(done).toMatchObject({ objects: 1, certificate: { certificate: { objects: 2, keyId: null } } });
  expect(await world.rows('SELECT FROM sealed_text WHERE asset_id = $1', [id])).toEqual([]);

  for (const [index, table] of tables.entries())
    for (const { row } of backup[index] ?? [])
      await world.rows(`INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`, [JSON.stringify(row)]);
  expect(await world.rows('SELECT FROM sealed_text WHERE asset_id = $1', [id])).toHaveLength(1);
  await world.app.get(KeyErasure).applyTombstones({ everything: true });
  for (const table of ['text_segment', 'sealed_text'])
    expect(await world.rows(`SELECT FROM ${table} WHERE asset_id = $1`, [id])).toEqual([]);
});

test('texts from before are sealed in the background, once, and say what they said; nothing is indexed anew for it', async () => {
  const [one, two] = [await world.add(randomBytes(90), 'one.jpg'), await world.add(randomBytes(91), 'two.jpg')];
  const organisation = world.organisation.organisationId;
  const words = [{ text: 'plain', confidence: 0.25, start: 1, end: 2 }];
  for (const [id, source, position, text] of [
    ...([0, 1, 2].map((place) => [one, 'speech', place, `plain sentence ${place}`]) as [string, string, number, string][]),
    [one, 'ocr', 0, 'another plain one'],
    [two, 'ocr', 0, ''],
    [two, 'ocr', 1, 'behind an empty one'],
  ] as const)
    await world.rows(
      'INSERT INTO text_segment (organisation_id, asset_id, source, position, text, words) VALUES ($1, $2, $3, $4, $5, $6)',
      [organisation, id, source, position, text, JSON.stringify(source === 'speech' ? words : [])],
    );
  for (const id of [one, two])
    await world.rows(`INSERT INTO search_document (organisation_id, asset_id, words, trashed) VALUES ($1, $2, '', false)`, [
      organisation,
      id,
    ]);
  const before = await world.as(() => Promise.all([one, two].map((id) => texts().read(id))));
  expect(before.flat().map(({ text }) => text)).toContain('plain sentence 1');
  const sealer = world.app.get(PlainTextSealer, { strict: false });
  const counts = await Promise.all([sealer.seal(), sealer.seal()]);
  expect(counts[0] + counts[1]).toBe(3);
  expect(await world.rows(`SELECT FROM text_segment WHERE text <> '' OR words <> '[]'`)).toEqual([]);
  expect(await world.as(() => Promise.all([one, two].map((id) => texts().read(id))))).toEqual(before);
  expect(await world.rows('SELECT FROM search_stale')).toEqual([]);
  expect(await sealer.seal()).toBe(0);
});

test('a text that is found anew while the old one is being sealed stays the new one', async () => {
  const id = await world.add(randomBytes(92), 'race.jpg');
  await world.rows(
    `INSERT INTO text_segment (organisation_id, asset_id, source, position, text) VALUES ($1, $2, 'ocr', 0, 'the old text')`,
    [world.organisation.organisationId, id],
  );
  const sealer = world.app.get(PlainTextSealer, { strict: false });
  await Promise.all([sealer.seal(), say(id, segment('the new text')), sealer.seal()]);
  expect(await read(id)).toEqual(['the new text']);
  expect(await world.rows(`SELECT FROM text_segment WHERE text <> ''`)).toEqual([]);
});
