import type pg from 'pg';
import { runAs, type TenantContext } from '#kernel';
import { NearestSearch, type SearchRequest, VectorIndex } from '#search';
import { encodeHalfVector } from '../../../libs/search/src/domain/half-vector.ts';
import { compare, percentile, type Row } from '../harness.ts';
import type { Corpus } from './corpus.ts';
import { asOrganisation, organisationId, visibilities } from './load.ts';
import type { Place } from './place.ts';

type Filters = SearchRequest['filters'];

export const spaceName = 'bench@1.0.0';
const wanted = 100;
const rounds = 3;
const queriesPerRow = 40;

/** What is seen of which organisation. */
export interface Sight {
  name: string;
  organisation: number;
  filters: Filters;
  /** Part of the organisation's assets that is seen. */
  share: number;
}

const percent = (share: number) => `${Number((share * 100).toPrecision(1))} %`;

export const sights: Sight[] = [
  { name: '100 %, the largest organisation (60 % of all)', organisation: 0, filters: {}, share: 1 },
  { name: '100 %, an organisation with 4 % of all', organisation: 1, filters: {}, share: 1 },
  { name: '100 %, an organisation with 1 % of all', organisation: 19, filters: {}, share: 1 },
  { name: '95 % by kind', organisation: 0, filters: { kinds: ['image'] }, share: 0.95 },
  { name: '30 % by orientation', organisation: 0, filters: { orientations: ['portrait'] }, share: 0.3 },
  { name: '10 % by dates', organisation: 0, filters: { from: '2025-01-01' }, share: 0.1 },
  ...visibilities.map(({ share, correlated, tagId }) => ({
    name: `${percent(share)} by tag, ${correlated ? 'whole clusters' : 'anywhere'}`,
    organisation: 0,
    filters: { tagIds: [tagId] },
    share,
  })),
];

/** The exact answer by comparing everything that is seen; nothing here lies in the trash. */
async function exactIds(client: pg.Client, sight: Sight, vector: Buffer): Promise<string[]> {
  if (sight.filters.tagIds) return (await exactByHand(client, sight, vector)).map((row) => row.asset_id);
  const { kinds, orientations, from } = sight.filters;
  const seen = `SELECT id FROM asset WHERE ($2::text[] IS NULL OR kind = ANY($2)) AND ($3::text[] IS NULL OR orientation = ANY($3)) AND ($4::date IS NULL OR shown_at >= $4)`;
  const found = await asOrganisation(client, sight.organisation, () =>
    client.query<{ asset_id: string }>(
      `SELECT e.asset_id FROM embedding e WHERE e.space_id = 1 ${sight.share < 1 ? `AND e.asset_id IN (${seen})` : ''} ORDER BY e.vector <#> $1::halfvec LIMIT ${wanted}`,
      sight.share < 1 ? [vector, kinds ?? null, orientations ?? null, from ?? null] : [vector],
    ),
  );
  return found.rows.map((row) => row.asset_id);
}

/** The same for a tag, as fast as hand-written SQL gets: the tag's assets, then each by primary key. */
async function exactByHand(client: pg.Client, sight: Sight, vector: Buffer): Promise<{ asset_id: string }[]> {
  const found = await asOrganisation(client, sight.organisation, () =>
    client.query<{ asset_id: string }>(
      `SELECT e.asset_id, e.part, -(e.vector <#> $1::halfvec) AS similarity FROM embedding e WHERE e.space_id = 1
         AND e.asset_id = ANY(ARRAY(SELECT asset_id FROM asset_tag WHERE tag_id = $2 AND state <> 'rejected')) ORDER BY e.vector <#> $1::halfvec LIMIT ${wanted}`,
      [vector, sight.filters.tagIds?.[0]],
    ),
  );
  return found.rows;
}

export function viewerOf(organisation: number): TenantContext {
  return {
    organisationId: organisationId(organisation),
    actor: { kind: 'command', id: 'bench', label: 'bench' },
    permissions: new Set(['search.read']),
    requestId: 'bench',
  };
}

/** Queries near subjects that the whole corpus has, popular ones more often. */
function makeQueries(corpus: Corpus): Buffer[] {
  const target = new Float32Array(corpus.shape.dimensions);
  return Array.from({ length: queriesPerRow }, (_, number) => {
    corpus.query(corpus.cluster[(number * 7919) % corpus.shape.vectors] ?? 0, number, target);
    return encodeHalfVector(target);
  });
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function finder(place: Place, sight: Sight) {
  const nearest = place.app.get(NearestSearch);
  const space = await runAs(viewerOf(sight.organisation), () => place.app.get(VectorIndex).findSpace(spaceName));
  if (!space) throw new Error(`no space ${spaceName}`);
  return (vector: Buffer) =>
    runAs(viewerOf(sight.organisation), () => nearest.find({ space, vector, filters: sight.filters, except: null }, wanted));
}

/** Latency, recall and completeness of one sight; throws where an answer is shorter than what exists. */
async function measure(place: Place, client: pg.Client, queries: Buffer[], sight: Sight): Promise<string[]> {
  const find = await finder(place, sight);
  const plans = new Map<string, number>();
  let [right, all, fewest] = [0, 0, wanted];
  for (const vector of queries) {
    const expected = new Set(await exactIds(client, sight, vector));
    const { hits, plan } = await find(vector);
    if (hits.length !== expected.size) throw new Error(`${sight.name}: ${hits.length} hits of ${expected.size}`);
    right += hits.filter((hit) => expected.has(hit.assetId)).length;
    all += expected.size;
    fewest = Math.min(fewest, hits.length);
    const way = plan.split(':')[0] ?? '';
    plans.set(way, (plans.get(way) ?? 0) + 1);
  }
  const times: number[] = [];
  const processorBefore = await place.databaseProcessorMs();
  for (let round = 0; round < rounds; round++) for (const vector of queries) times.push(await milliseconds(() => find(vector)));
  const processor = ((await place.databaseProcessorMs()) - processorBefore) / times.length;
  const ways = [...plans].map(([way, count]) => (plans.size > 1 ? `${way} ×${count}` : way)).join(', ');
  const figures = [percentile(times, 0.5), percentile(times, 0.95), processor].map((figure) => figure.toFixed(1));
  return [sight.name, ...figures, (right / all).toFixed(4), `${fewest} of ${Math.min(fewest, wanted)}`, ways];
}

/** The table over all sights, and the planner against hand-written SQL where both are exact. */
export async function measureVectors(place: Place, corpus: Corpus): Promise<{ table: string[][]; rows: Row[] }> {
  const client = await place.connect('hf_app');
  const queries = makeQueries(corpus);
  const table = [['visible', 'p50 ms', 'p95 ms', 'processor ms', 'recall@100', 'fewest rows', 'plan']];
  for (const sight of sights) table.push(await measure(place, client, queries, sight));
  const rows: Row[] = [];
  for (const sight of sights.filter(({ share, filters }) => filters.tagIds && share <= 0.01 && share >= 0.001)) {
    const find = await finder(place, sight);
    const each = async (work: (vector: Buffer) => Promise<unknown>) =>
      (await milliseconds(async () => {
        for (const vector of queries) await work(vector);
      })) / queries.length;
    rows.push(
      await compare({
        what: `nearest 100, ${sight.name}, against SQL by hand`,
        unit: 'ms',
        goal: { atMost: 1.5 },
        ours: () => each(find),
        raw: () => each((vector) => exactByHand(client, sight, vector)),
      }),
    );
  }
  return { table, rows };
}
