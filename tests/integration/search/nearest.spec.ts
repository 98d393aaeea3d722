import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchRequest } from '#search';
import { encodeHalfVector, unitVector } from '../../../libs/search/src/domain/half-vector.ts';
import { asMember, type Library, openLibrary } from './library.ts';

type Filters = SearchRequest['filters'];

const dimensions = 12;
/** With the planner's limits lowered to a few hundred, filters fall on both sides of them. */
const assets = 4000;
let library: Library;
let organisation: string;
let other: string;
const tagIds: string[] = [];
let collectionId: string;

/** Assets of one organisation in clusters, every fifth a video with three shots, some trashed, made by PostgreSQL itself. */
async function fill(count: number, seed: number): Promise<void> {
  await library.tenant.run(async (sql) => {
    await sql.run('SELECT setseed($1)', [seed]);
    await sql.run(`CREATE TEMPORARY TABLE made ON COMMIT DROP AS
      SELECT gen_random_uuid() AS id, n, sha256(random()::text::bytea) AS sha, floor(random() ^ 2 * 12)::integer AS cluster FROM generate_series(1, ${count}) n`);
    await sql.run(
      'INSERT INTO stored_object (organisation_id, sha256, size_bytes) SELECT current_organisation(), sha, 1 FROM made',
    );
    await sql.run(`INSERT INTO asset (organisation_id, id, object_sha256, name, kind, media_type, size_bytes, state, shown_at, rating, orientation, camera, trashed_at)
      SELECT current_organisation(), id, sha, 'asset ' || n, CASE WHEN n % 5 = 0 THEN 'video' ELSE 'image' END, 'image/jpeg', n, 'ready',
        timestamptz '2020-01-01' + n * interval '1 hour', CASE WHEN n % 3 = 0 THEN 1 + n % 5 END, CASE WHEN n % 2 = 0 THEN 'portrait' ELSE 'landscape' END,
        'camera ' || n % 7, CASE WHEN n % 40 = 0 THEN now() END FROM made`);
    await sql.run(`INSERT INTO tag (organisation_id, id, name, normal_name)
      SELECT current_organisation(), gen_random_uuid(), 'tag ' || n, 'tag ' || n FROM generate_series(0, 4) n`);
    // Tags 0 to 2 are anywhere (60 %, 10 %, 0.3 %); 3 and 4 are clusters.
    await sql.run(`INSERT INTO asset_tag (organisation_id, asset_id, tag_id, source, state)
      SELECT current_organisation(), made.id, tag.id, 'person', CASE WHEN made.n % 50 = 1 THEN 'rejected' ELSE 'confirmed' END FROM made JOIN tag ON
        (tag.name = 'tag 0' AND made.n % 5 < 3) OR (tag.name = 'tag 1' AND made.n % 10 = 1) OR (tag.name = 'tag 2' AND made.n % 300 = 7)
        OR (tag.name = 'tag 3' AND cluster = 11) OR (tag.name = 'tag 4' AND cluster < 2)`);
    await sql.run(
      `INSERT INTO collection (organisation_id, id, name) VALUES (current_organisation(), gen_random_uuid(), 'chosen')`,
    );
    await sql.run(`INSERT INTO collection_asset (organisation_id, collection_id, asset_id)
      SELECT current_organisation(), collection.id, made.id FROM made, collection WHERE n % 4 = 0`);
    const coordinate = '(CASE WHEN (cluster * 7 + axis * 5) % 12 < 3 THEN 1 ELSE 0 END + random() + part * 0 - 0.5)::real';
    await sql.run(`INSERT INTO embedding (space_id, organisation_id, asset_id, part, vector)
      SELECT (SELECT id FROM embedding_space WHERE name = 'plan@1'), current_organisation(), id, part,
        l2_normalize((SELECT array_agg(${coordinate} ORDER BY axis) FROM generate_series(1, ${dimensions}) axis)::vector::halfvec)
      FROM made, generate_series(0, CASE WHEN n % 5 = 0 THEN 3 ELSE 0 END) part`);
  });
}

beforeAll(async () => {
  library = await openLibrary();
  organisation = await library.addOrganisation();
  other = await library.addOrganisation();
  library.nearest.limits = { fewestCompared: 300, mostCompared: 50_000, readThrough: 2000 };
  await library.vectors.ensureSpace('plan@1', dimensions);
  await asMember(organisation, async () => {
    await fill(assets, 0.1);
    const tags = await library.tenant.run((sql) => sql.rows<{ id: string }>('SELECT id FROM tag ORDER BY name'));
    tagIds.push(...tags.map((tag) => tag.id));
    const collection = await library.tenant.run((sql) => sql.first<{ id: string }>('SELECT id FROM collection'));
    collectionId = collection?.id ?? '';
  });
  await asMember(other, () => fill(700, 0.2));
  await library.analyse();
}, 120_000);
afterAll(() => library?.close());

/** The right answer by the plainest statement there is, as the organisation. */
async function exactly(vector: Buffer, filters: Filters, wanted: number): Promise<{ assetId: string; similarity: number }[]> {
  return library.tenant.run(async (sql) => {
    const rows = await sql.rows<{ assetId: string; similarity: number }>(
      `SELECT e.asset_id AS "assetId", max(-(e.vector <#> $1::halfvec)) AS similarity FROM embedding e JOIN asset a ON a.id = e.asset_id
       WHERE a.trashed_at IS NULL AND e.space_id = (SELECT id FROM embedding_space WHERE name = 'plan@1')
         AND ($2::text[] IS NULL OR a.kind = ANY($2)) AND ($3::date IS NULL OR a.shown_at >= $3) AND ($4::integer IS NULL OR a.rating >= $4)
         AND ($5::text[] IS NULL OR a.orientation = ANY($5)) AND ($6::text[] IS NULL OR a.camera = ANY($6))
         AND (SELECT count(*) FROM asset_tag t WHERE t.asset_id = a.id AND t.state <> 'rejected' AND t.tag_id = ANY($7::uuid[])) = cardinality($7::uuid[])
         AND ($8::uuid IS NULL OR EXISTS (SELECT FROM collection_asset c WHERE c.asset_id = a.id AND c.collection_id = $8))
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $9`,
      [
        vector,
        filters.kinds ?? null,
        filters.from ?? null,
        filters.minRating ?? null,
        filters.orientations ?? null,
        filters.cameras ?? null,
        filters.tagIds ?? [],
        filters.collectionId ?? null,
        wanted,
      ],
    );
    return rows;
  });
}

async function find(vector: number[], filters: Filters, wanted: number) {
  const space = await library.vectors.findSpace('plan@1');
  if (!space) throw new Error('no space');
  const encoded = encodeHalfVector(unitVector(vector, dimensions));
  const answer = await library.nearest.find({ space, vector: encoded, filters, except: null }, wanted);
  return { answer, expected: await exactly(encoded, filters, wanted) };
}

const vectors = fc
  .array(fc.double({ min: -1, max: 3, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
  .filter((vector) => vector.some((value) => Math.abs(value) > 0.1));
const some = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const filters: fc.Arbitrary<Filters> = fc
  .record({
    kinds: some(fc.subarray<'image' | 'video' | 'audio'>(['image', 'video', 'audio'], { minLength: 1 })),
    from: some(fc.constantFrom('2020-01-01', '2020-05-01', '2020-09-05', '2030-01-01')),
    minRating: some(fc.integer({ min: 1, max: 5 })),
    orientations: some(fc.constant<Filters['orientations']>(['portrait'])),
    cameras: some(fc.constantFrom<string[][]>(['camera 1'], ['camera 2', 'camera 3'], ['none'])),
    tagIds: some(fc.subarray([0, 1, 2, 3, 4], { maxLength: 2 }).map((indexes) => indexes.map((index) => tagIds[index] ?? ''))),
    collectionId: some(fc.constant('collection')),
  })
  .map((made) => ({ ...made, collectionId: made.collectionId && collectionId }));

test('whatever the filter, the planner answers as many hits as there are up to those wanted, and nearly always the nearest', async () => {
  const plans = new Set<string>();
  let [matching, all] = [0, 0];
  await asMember(organisation, () =>
    fc.assert(
      fc.asyncProperty(vectors, filters, fc.integer({ min: 1, max: 60 }), async (vector, filter, wanted) => {
        const { answer, expected } = await find(vector, filter, wanted);
        plans.add(answer.plan.split(':')[0] ?? '');
        expect(answer.hits.length).toBe(expected.length);
        expect(new Set(answer.hits.map((hit) => hit.assetId)).size).toBe(answer.hits.length);
        expect(answer.hits).toEqual(answer.hits.toSorted((left, right) => right.similarity - left.similarity));
        const right = new Set(expected.map((hit) => hit.assetId));
        const found = answer.hits.filter((hit) => right.has(hit.assetId)).length;
        if (answer.plan.startsWith('exact'))
          expect(answer.hits.map((hit) => hit.similarity)).toEqual(expected.map((hit) => hit.similarity));
        matching += found;
        all += expected.length;
      }),
      { numRuns: 150, seed: 42 },
    ),
  );
  expect(plans).toContain('ann');
  expect(plans).toContain('exact');
  expect(matching / all).toBeGreaterThan(0.98);
}, 120_000);

test('a filter far from the query is answered in full', () =>
  asMember(organisation, async () => {
    const far = Array.from({ length: dimensions }, (_, axis) => ((0 * 7 + axis * 5) % 12 < 3 ? 2 : 0));
    const { answer, expected } = await find(far, { tagIds: [tagIds[3] ?? ''] }, 50);
    expect(answer.hits.map((hit) => hit.assetId)).toEqual(expected.map((hit) => hit.assetId));
  }));

test('another organisation sees its own vectors only, all of them', () =>
  asMember(other, async () => {
    const { answer, expected } = await find([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0], {}, 700);
    expect(answer.hits.length).toBe(700 - Math.floor(700 / 40));
    expect(answer.hits.map((hit) => hit.assetId)).toEqual(expected.map((hit) => hit.assetId));
    expect(answer.plan).toBe('exact: all 1120 vectors compared');
  }));

test('what has become rare since it was last counted is still found in full, the near and the far', () =>
  asMember(organisation, async () => {
    const tag = tagIds[0] ?? '';
    const near = Array.from({ length: dimensions }, (_, axis) => ((axis * 5) % 12 < 3 ? 2 : 0));
    const { answer: before, expected: all } = await find(near, { tagIds: [tag] }, assets);
    expect((await find(near, { tagIds: [tag] }, 30)).answer.plan).toMatch(/^ann/);
    // Some beside the query, so that a walk looks worth while, and some where it does not come by.
    const kept = [...before.hits.slice(0, 12), ...all.slice(-8)].map((hit) => hit.assetId);
    await library.tenant.run((sql) =>
      sql.run(`UPDATE asset_tag SET state = 'rejected' WHERE tag_id = $1 AND asset_id <> ALL($2)`, [tag, kept]),
    );
    const { answer, expected } = await find(near, { tagIds: [tag] }, 30);
    expect(expected.length).toBe(20);
    expect(answer.hits.map((hit) => hit.assetId)).toEqual(expected.map((hit) => hit.assetId));
    expect(answer.plan).toMatch(/^exact: after ann/);
  }));
