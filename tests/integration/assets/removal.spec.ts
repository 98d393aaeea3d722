import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantDatabase } from '#database';
import { firstTier } from '#manifest';
import { AssetRemoval, PictureStore, PipelineJobsModule, RemovalModule } from '#media';
import { FileDisposal, ObjectStore } from '#storage';
import { makeWorld, type World } from '../pipeline/pipeline-world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule, RemovalModule] });
});
afterAll(() => world?.close());

const remove = (...ids: string[]) =>
  world.as(() =>
    world.app.get(TenantDatabase).run((sql) => world.app.get(AssetRemoval, { strict: false }).remove(sql, ids, 'trash')),
  );
const original = async (id: string) =>
  (await world.rows<{ sha256: string }>(`SELECT encode(object_sha256, 'hex') AS sha256 FROM asset WHERE id = $1`, [id]))[0]
    ?.sha256 ?? '';
const files = () =>
  readdirSync(join(firstTier(world.appliance).path, world.organisation.organisationId), {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile()).length;

/** An asset with a picture, some text and words to be found by. */
async function addWhole(name: string, picture: Buffer): Promise<string> {
  const id = await world.add(randomBytes(1000), name);
  const pictures = world.app.get(PictureStore, { strict: false });
  const made = { kind: 'preview' as const, position: 0, bytes: picture, mediaType: 'image/webp', width: 1, height: 1 };
  const stored = await world.as(async () => pictures.put(await original(id), [made]));
  await world.as(() => world.app.get(TenantDatabase).run((sql) => pictures.replace(sql, id, ['preview'], stored)));
  const organisation = world.organisation.organisationId;
  await world.rows(
    `INSERT INTO search_document (organisation_id, asset_id, words, trashed) VALUES ($1, $2, search_document_words($3, '', '', '', ''), false)`,
    [organisation, id, name],
  );
  await world.rows(`INSERT INTO search_term (organisation_id, term) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING`, [
    organisation,
    name.split(' '),
  ]);
  return id;
}

test('an asset goes with everything that hangs on it, and with objects that nothing else names; its words are told to nobody', async () => {
  const shared = randomBytes(500);
  const [gone, kept] = [await addWhole('secret meeting', randomBytes(400)), await addWhole('public meeting', shared)];
  const alike = await addWhole('another secret', shared);
  const before = files();
  const removed = await remove(gone, alike);
  expect(removed).toMatchObject({ assets: 2, objects: 3 });
  for (const table of ['asset_origin', 'rendition', 'search_document', 'ledger_step', 'outbox'])
    expect(await world.rows(`SELECT FROM ${table} WHERE asset_id = ANY($1)`, [[gone, alike]])).toEqual([]);
  const terms = await world.rows<{ term: string }>('SELECT term FROM search_term ORDER BY term');
  expect(terms.map(({ term }) => term)).toEqual(['meeting', 'public']);
  expect(files()).toBe(before);
  await world.rows('UPDATE file_disposal SET due_at = now()');
  expect(await world.app.get(FileDisposal).sweep()).toEqual({ files: 3, bytes: removed.bytes });
  expect(files()).toBe(before - 3);
  const [preview] = await world.rows<{ sha256: string }>(
    `SELECT encode(object_sha256, 'hex') AS sha256 FROM rendition WHERE asset_id = $1`,
    [kept],
  );
  expect((await world.as(() => world.app.get(ObjectStore).read(preview?.sha256 ?? ''))).equals(shared)).toBe(true);
});

test('what is held is not removed, and nothing else with it', async () => {
  const [held, free] = [await addWhole('held one', randomBytes(10)), await addWhole('free one', randomBytes(11))];
  await world.rows(`UPDATE stored_object SET held = true WHERE sha256 = decode($1, 'hex')`, [await original(held)]);
  await expect(remove(free, held)).rejects.toMatchObject({ code: 'ASSET_HELD', message: expect.stringContaining('held one') });
  expect(await world.rows('SELECT FROM asset WHERE id = ANY($1)', [[held, free]])).toHaveLength(2);
});

test('removing twice, or what never was, removes nothing', async () => {
  const id = await addWhole('once', randomBytes(12));
  expect(await remove(id)).toMatchObject({ assets: 1 });
  expect(await remove(id, '01920000-0000-7000-8000-00000000dead')).toEqual({ assets: 0, objects: 0, bytes: 0 });
});
