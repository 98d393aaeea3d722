import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantDatabase } from '#database';
import { PictureBandRepository, PipelineJobsModule } from '#media';
import { makeWorld, type World } from './pipeline-world.ts';
import { standInsExcept } from './stand-ins.ts';

const library = 30_000;
let world: World;

beforeAll(async () => {
  world = await makeWorld({ modules: [PipelineJobsModule], providers: standInsExcept() });
  await fill();
});
afterAll(() => world?.close());

/** A library of pictures that all look different. */
async function fill(): Promise<void> {
  const { organisationId } = world.organisation;
  await world.rows(
    `WITH made AS (
       SELECT gen_random_uuid() AS id, decode(md5(n::text) || md5((-n)::text), 'hex') AS sha256,
         ('x' || substr(md5('a' || n), 1, 16))::bit(64) AS hash FROM generate_series(1, $2::int) AS n),
     objects AS (INSERT INTO stored_object (organisation_id, sha256, size_bytes) SELECT $1, sha256, 1 FROM made),
     assets AS (
       INSERT INTO asset (organisation_id, id, object_sha256, name, kind, media_type, size_bytes, state)
       SELECT $1, id, sha256, 'p.jpg', 'image', 'image/jpeg', 1, 'ready' FROM made)
     INSERT INTO picture_band (organisation_id, asset_id, band, value, hash)
     SELECT $1, id, band, substring(hash FROM band * 16 + 1 FOR 16)::bit(16)::int, hash FROM made, generate_series(0, 3) AS band`,
    [organisationId, library],
  );
  // As the server does by itself once there are so many.
  const owner = new pg.Client({ host: world.appliance.socketFolder, database: world.appliance.databaseName, user: 'hf_owner' });
  await owner.connect();
  await owner.query('ANALYZE picture_band');
  await owner.end();
}

function flip(hash: string, ...positions: number[]): string {
  return [...hash].map((bit, at) => (positions.includes(at) ? (bit === '1' ? '0' : '1') : bit)).join('');
}

async function link(assetId: string, hash?: string): Promise<number> {
  const bands = world.app.get(PictureBandRepository);
  return world.as(() =>
    world.app.get(TenantDatabase).run(async (sql) => {
      if (hash !== undefined) await bands.write(sql, assetId, hash);
      return bands.link(sql, assetId);
    }),
  );
}

/** How many of the 120 000 bands are read to link a picture. */
async function bandsReadBy(assetId: string): Promise<number> {
  const [read] = await world.as(() =>
    world.app.get(TenantDatabase).run(async (sql) => {
      await world.app.get(PictureBandRepository).link(sql, assetId);
      return sql.rows<{ bands: number }>(
        `SELECT (seq_tup_read + idx_tup_fetch)::int AS bands FROM pg_stat_xact_user_tables WHERE relname = 'picture_band'`,
      );
    }),
  );
  return read?.bands ?? Number.NaN;
}

async function someAssets(): Promise<{ id: string; hash: string }[]> {
  return world.rows('SELECT DISTINCT asset_id AS id, hash::text AS hash FROM picture_band ORDER BY 1 LIMIT 3');
}

test('pictures that differ in seven bits find each other among thirty thousand, both ways, without reading them all', async () => {
  const [one, two, three] = (await someAssets()) as [{ id: string; hash: string }, { id: string }, { id: string }];
  expect(await link(two.id, flip(one.hash, 0, 5, 17, 20, 33, 40, 63))).toBe(1);
  expect(await link(three.id, flip(one.hash, 0, 5, 17, 20, 33, 40, 50, 63))).toBe(1);
  const pairs = await world.rows('SELECT asset_id, other_id, distance FROM near_duplicate ORDER BY distance, asset_id');
  expect(pairs).toEqual(
    [
      { asset_id: three.id, other_id: two.id, distance: 1 },
      { asset_id: two.id, other_id: three.id, distance: 1 },
      { asset_id: one.id, other_id: two.id, distance: 7 },
      { asset_id: two.id, other_id: one.id, distance: 7 },
    ].sort((a, b) => a.distance - b.distance || (a.asset_id < b.asset_id ? -1 : 1)),
  );
  expect(await bandsReadBy(two.id)).toBeLessThan(library / 100);
});

test('a picture that changed is no near-duplicate any more, for either side', async () => {
  const [, two] = (await someAssets()) as [unknown, { id: string; hash: string }];
  expect(await link(two.id, flip(two.hash, 1, 2, 3, 18, 19, 21, 34, 35, 36, 50, 51, 52))).toBe(0);
  expect(await world.rows('SELECT FROM near_duplicate WHERE asset_id = $1 OR other_id = $1', [two.id])).toEqual([]);
});

test('blank pictures are near-duplicates of nothing', async () => {
  const [one, two] = (await someAssets()) as [{ id: string; hash: string }, { id: string; hash: string }];
  await link(one.id, '0'.repeat(64));
  expect(await link(two.id, '0'.repeat(64))).toBe(0);
});
