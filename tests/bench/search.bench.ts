import { runAs } from '#kernel';
import { VectorIndex } from '#search';
import { encodeHalfVector } from '../../libs/search/src/domain/half-vector.ts';
import type { Row } from './harness.ts';
import { type Corpus, makeCorpus } from './search/corpus.ts';
import { assetId, loadAssets, loadVectors, organisationId } from './search/load.ts';
import { openPlace, type Place, sharedBuffersMb } from './search/place.ts';
import { measureVectors, spaceName, viewerOf } from './search/vector-rounds.ts';
import { loadWords, measureWords, prepareWords } from './search/word-rounds.ts';

const shape = { vectors: 200_000, dimensions: 512, organisations: 20, largestShare: 0.6, clusters: 2000 };

/** Search over 200 000 vectors and documents of 20 organisations, on real PostgreSQL as the role that row-level security binds. */
export async function run(): Promise<Row[]> {
  const place = await openPlace();
  try {
    const corpus = makeCorpus(shape);
    console.log(`\n${shape.vectors} vectors of ${shape.dimensions} dimensions, shared_buffers ${sharedBuffersMb} MB`);
    await fill(place, corpus);
    const vectors = await measureVectors(place, corpus);
    printCells(vectors.table);
    const words = await measureWords(place);
    printCells(words.table);
    return [...vectors.rows, ...words.rows];
  } finally {
    await place.close();
  }
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  console.log(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Loads with the index away and makes it anew as the product defines it, as a first import would; then adds some with it in place. */
async function fill(place: Place, corpus: Corpus): Promise<void> {
  const [owner, app, system] = await Promise.all([
    place.connect('hf_owner'),
    place.connect('hf_app'),
    place.connect('hf_system'),
  ]);
  for (let organisation = 0; organisation < shape.organisations; organisation++)
    await system.query('INSERT INTO organisation (id, name) VALUES ($1, $2)', [
      organisationId(organisation),
      `o${organisation}`,
    ]);
  const vectors = place.app.get(VectorIndex);
  await vectors.ensureSpace(spaceName, shape.dimensions);
  const index = await owner.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = 'embedding_1'::regclass AND NOT indisprimary`,
  );
  const [graph] = index.rows;
  if (!graph) throw new Error('the space has no index');
  await owner.query(`DROP INDEX ${graph.name}`);
  await timed('assets and tags written', () => loadAssets(app, corpus));
  await timed('vectors written without their index', () => loadVectors(app, corpus, 1, encodeHalfVector));
  await timed('index built', () => owner.query(graph.definition));
  console.log(graph.definition.replace(/^.*USING/, 'USING'));
  await prepareWords(owner);
  await timed('words indexed', () => loadWords(owner, app, shape.organisations));
  await owner.query('VACUUM ANALYZE');
  const target = new Float32Array(shape.dimensions);
  const again = Array.from({ length: 1000 }, (_, number) => number).filter((number) => corpus.organisation[number] === 0);
  await timed(`${again.length} vectors replaced in batches of 200 with the index in place`, async () => {
    for (let start = 0; start < again.length; start += 200) {
      const batch = again.slice(start, start + 200).map((number) => {
        corpus.vector(number, target);
        return { assetId: assetId(number), parts: [{ part: 0, atSeconds: null, vector: target.slice() }] };
      });
      await runAs(viewerOf(0), () => vectors.putMany(spaceName, batch));
    }
  });
}

function printCells(table: string[][]): void {
  const widths = table.reduce<number[]>((known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, cell.length)), []);
  console.log();
  for (const [index, row] of table.entries()) {
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
    if (index === 0) console.log(`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  }
  console.log();
}
