import type pg from 'pg';
import { runAs } from '#kernel';
import { type SearchRequest, SearchService, searchAssets } from '#search';
import { compare, percentile, type Row } from '../harness.ts';
import { organisationId } from './load.ts';
import type { Place } from './place.ts';
import { viewerOf } from './vector-rounds.ts';

const vocabulary = 50_000;

/**
 * Words for every asset, written straight into the index by PostgreSQL: a name, two tags and a caption of about twenty words, whose
 * frequencies fall with their rank as in any language.
 */
export async function loadWords(owner: pg.Client, app: pg.Client, organisations: number): Promise<void> {
  for (let organisation = 0; organisation < organisations; organisation++) {
    await app.query(`BEGIN; SET LOCAL hf.tenant = '${organisationId(organisation)}'; SELECT setseed(0.5)`);
    await app.query(
      `INSERT INTO search_document (organisation_id, asset_id, trashed, words)
       SELECT organisation_id, id, trashed_at IS NOT NULL, search_document_words(
         replace(name, '_', ' ') || ' ' || bench_word(random()) || ' ' || bench_word(random()),
         (SELECT string_agg(bench_word(random()), ' ') FROM generate_series(1, 18 + (size_bytes % 5)::integer)), camera, '', '') FROM asset`,
    );
    await app.query(
      `INSERT INTO search_term (organisation_id, term) SELECT current_organisation(), 'w' || translate(n::text, '0123456789', 'abcdefghij')
       FROM generate_series(1, ${vocabulary}) n ON CONFLICT DO NOTHING`,
    );
    await app.query('COMMIT');
  }
  await owner.query('VACUUM ANALYZE search_document, search_term');
}

/** Makes the function that draws a word; the owner's to make, everybody's to call. */
export async function prepareWords(owner: pg.Client): Promise<void> {
  await owner.query(`CREATE FUNCTION bench_word(point double precision) RETURNS text LANGUAGE sql VOLATILE AS
    $$ SELECT 'w' || translate(floor(${vocabulary} ^ point)::integer::text, '0123456789', 'abcdefghij') $$`);
}

const word = (rank: number) => `w${String(rank).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')}`;

const questions: [string, string][] = [
  ['one rare word', `${word(40_000)} `],
  ['one word of 1 %', `${word(10)} `],
  ['the most common word', `${word(1)} `],
  ['two words', `${word(30)} ${word(200)} `],
  ['a phrase', `"${word(2)} ${word(3)}"`],
  ['a word being typed', word(1234)],
  ['a mistyped word', `${word(41_234).slice(0, -1)}x `],
];

/** Whole answers as the API gives them (hits with reasons, total, plan) over the largest organisation, and the bare statement beside. */
export async function measureWords(place: Place): Promise<{ table: string[][]; rows: Row[] }> {
  const service = place.app.get(SearchService);
  const viewer = viewerOf(0);
  const search = (text: string, facets = false) => {
    const request = searchAssets.body?.parse({ text, facets, remember: false, limit: 50 }) as SearchRequest;
    return runAs(viewer, () => service.search(request));
  };
  const table = [['words', 'p50 ms', 'p95 ms', 'found', 'p50 ms with facets']];
  for (const [name, text] of questions) {
    const { total } = await search(text);
    const [plain, withFacets] = [await timesOf(20, () => search(text)), await timesOf(7, () => search(text, true))];
    table.push([
      name,
      percentile(plain, 0.5).toFixed(1),
      percentile(plain, 0.95).toFixed(1),
      String(total),
      percentile(withFacets, 0.5).toFixed(1),
    ]);
  }
  const client = await place.connect('hf_app');
  const raw = () =>
    client.query(
      `BEGIN; SET LOCAL hf.tenant = '${organisationId(0)}';
       SELECT d.asset_id, ts_rank(d.words, to_tsquery('simple', '${word(200)}')) AS rank FROM search_document d JOIN asset a ON a.id = d.asset_id
       WHERE d.words @@ to_tsquery('simple', '${word(200)}') AND a.trashed_at IS NULL ORDER BY rank DESC LIMIT 50; COMMIT`,
    );
  const row = await compare({
    what: 'words: a whole answer with reasons and total, against one ranked statement',
    unit: 'ms',
    goal: { atMost: 5 },
    ours: async () => percentile(await timesOf(15, () => search(`${word(200)} `)), 0.5),
    raw: async () => percentile(await timesOf(15, raw), 0.5),
  });
  return { table, rows: [row] };
}

async function timesOf(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times;
}
