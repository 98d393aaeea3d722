import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Corpus } from './corpus.ts';
import { randomFrom } from './corpus.ts';

/** Parts of a library that can be seen through a filter, and how its members are chosen. */
export interface Visibility {
  name: string;
  share: number;
  /** Correlated: whole clusters, as "holiday 2024" is; otherwise any asset, as "rated by Ada" is. */
  correlated: boolean;
  tagId: string;
}

/** A UUID that is the same for the same kind and number, so that loading needs no memory of what it made. */
export function numberedId(kind: number, number: number): string {
  const hex = createHash('md5').update(`${kind}:${number}`).digest('hex');
  const time = (1_700_000_000_000 + number * 1000).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(1, 4)}-8${hex.slice(5, 8)}-${hex.slice(8, 20)}`;
}

export const organisationId = (number: number): string => numberedId(1, number);
export const assetId = (number: number): string => numberedId(2, number);

const shares = [0.1, 0.01, 0.001, 0.0001];

export const visibilities: Visibility[] = shares.flatMap((share, index) => [
  { name: 'any', share, correlated: false, tagId: numberedId(3, index) },
  { name: 'clusters', share, correlated: true, tagId: numberedId(3, 100 + index) },
]);

const rowsPerStatement = 1000;

/** Runs work as one organisation, in a transaction. */
export async function asOrganisation<Result>(
  client: pg.Client,
  organisation: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query(`BEGIN; SET LOCAL hf.tenant = '${organisationId(organisation)}'`);
  const result = await work();
  await client.query('COMMIT');
  return result;
}

/** Numbers of the vectors of each organisation. */
function byOrganisation(corpus: Corpus): number[][] {
  const members: number[][] = Array.from({ length: corpus.shape.organisations }, () => []);
  corpus.organisation.forEach((organisation, index) => {
    members[organisation]?.push(index);
  });
  return members;
}

/** One asset per vector, tags of each visibility, words for each. */
export async function loadAssets(client: pg.Client, corpus: Corpus): Promise<void> {
  for (const [organisation, members] of byOrganisation(corpus).entries())
    await asOrganisation(client, organisation, async () => {
      const own = organisationId(organisation);
      for (let start = 0; start < members.length; start += rowsPerStatement) {
        const batch = members.slice(start, start + rowsPerStatement);
        await client.query(
          `WITH made AS (SELECT id, n, decode(md5(id::text) || md5(n::text), 'hex') AS sha FROM unnest($2::uuid[], $3::integer[]) AS t (id, n)),
           objects AS (INSERT INTO stored_object SELECT $1, sha, 1 FROM made)
           SELECT FROM made`,
          [own, batch.map(assetId), batch],
        );
        await client.query(
          `INSERT INTO asset (organisation_id, id, object_sha256, name, kind, media_type, size_bytes, state, shown_at, orientation, rating, camera)
           SELECT $1, id, decode(md5(id::text) || md5(n::text), 'hex'), 'IMG_' || n || '.jpg',
             CASE WHEN n % 20 = 0 THEN 'video' ELSE 'image' END, 'image/jpeg', n, 'ready', timestamptz '2015-01-01' + n * interval '29 minutes',
             CASE WHEN n % 10 < 3 THEN 'portrait' ELSE 'landscape' END, CASE WHEN n % 7 = 0 THEN 1 + n % 5 END, 'Camera ' || n % 37
           FROM unnest($2::uuid[], $3::integer[]) AS t (id, n)`,
          [own, batch.map(assetId), batch],
        );
      }
      await loadTags(client, corpus, own, members);
    });
}

async function loadTags(client: pg.Client, corpus: Corpus, own: string, members: number[]): Promise<void> {
  for (const [index, { share, correlated, tagId, name }] of visibilities.entries()) {
    await client.query('INSERT INTO tag (organisation_id, id, name, normal_name) VALUES ($1, $2, $3, $3)', [
      own,
      tagId,
      `${name} ${share}`,
    ]);
    const chosen = correlated ? wholeClusters(corpus, members, share, index) : anyOf(members, share, index);
    for (let start = 0; start < chosen.length; start += 5000)
      await client.query(
        `INSERT INTO asset_tag (organisation_id, asset_id, tag_id, source, state) SELECT $1, asset, $2, 'person', 'confirmed' FROM unnest($3::uuid[]) AS asset`,
        [own, tagId, chosen.slice(start, start + 5000).map(assetId)],
      );
  }
}

function anyOf(members: number[], share: number, seed: number): number[] {
  const random = randomFrom(seed);
  return members.filter(() => random() < share);
}

function wholeClusters(corpus: Corpus, members: number[], share: number, seed: number): number[] {
  const random = randomFrom(seed);
  const wanted = Math.ceil(members.length * share);
  const clusters = new Map<number, number[]>();
  for (const member of members) {
    const cluster = corpus.cluster[member] ?? 0;
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), member]);
  }
  const order = [...clusters.values()].map((list) => ({ list, at: random() })).sort((left, right) => left.at - right.at);
  return order.flatMap(({ list }) => list).slice(0, wanted);
}

/** The vectors, through the parameters of plain statements. */
export async function loadVectors(
  client: pg.Client,
  corpus: Corpus,
  spaceId: number,
  encode: (vector: Float32Array) => Buffer,
): Promise<void> {
  const target = new Float32Array(corpus.shape.dimensions);
  for (const [organisation, members] of byOrganisation(corpus).entries())
    await asOrganisation(client, organisation, async () => {
      for (let start = 0; start < members.length; start += 500) {
        const batch = members.slice(start, start + 500);
        const values = batch.map(
          (_, index) => `($1::smallint, $2::uuid, $${3 + 2 * index}::uuid, 0, NULL::float8, $${4 + 2 * index}::halfvec)`,
        );
        const parameters = batch.flatMap((member) => {
          corpus.vector(member, target);
          return [assetId(member), encode(target)];
        });
        await client.query(
          `INSERT INTO embedding (space_id, organisation_id, asset_id, part, at_seconds, vector) VALUES ${values.join(',')}`,
          [spaceId, organisationId(organisation), ...parameters],
        );
      }
    });
}
