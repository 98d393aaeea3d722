import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { firstTier } from '#manifest';
import { ExportService, type ExportTally } from '#media';
import { type ApiWorld, makeApiWorld, newBytes, sha256Of, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let folder: string;
const first = newBytes(3000);
const second = newBytes(4000);
let ids: string[];

beforeAll(async () => {
  world = await makeApiWorld();
  const answers = [
    await upload(world, world.admin, first, { filename: 'beach.jpg', folder: 'Holiday/2024' }),
    await upload(world, world.admin, second, { filename: 'beach.jpg', folder: 'Holiday/2024' }),
    await upload(world, world.admin, newBytes(500), { filename: 'notes.bin' }),
  ];
  ids = answers.map((answer) => String(answer.headers['holdfast-asset-id']));
});
afterAll(() => world?.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(filter: object = {}, signal = AbortSignal.timeout(30_000)): Promise<ExportTally> {
  return world.as(() => world.app.get(ExportService, { strict: false }).run({ folder, filter, signal }));
}
const counts = ({ writtenFiles, thereFiles, failedFiles }: ExportTally) => [writtenFiles, thereFiles, failedFiles];
const files = () => globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
const bytesOf = (name: string) => readFileSync(join(folder, name));

test('originals get their folders and names back; of two with one name the second carries its id', async () => {
  expect(counts(await run())).toEqual([3, 0, 0]);
  const names = files()
    .map((entry) => entry.name)
    .sort();
  expect(names).toHaveLength(3);
  expect(names[0]).toMatch(/^beach \([0-9a-f]{8}\)\.jpg$/);
  expect(names.slice(1)).toEqual(['beach.jpg', 'notes.bin']);
  const both = [bytesOf('Holiday/2024/beach.jpg'), bytesOf(`Holiday/2024/${names[0]}`)].map(sha256Of).sort();
  expect(both).toEqual([sha256Of(first), sha256Of(second)].sort());
});

test('run again it writes nothing twice, and never over what is there', async () => {
  mkdirSync(join(folder, 'Holiday/2024'), { recursive: true });
  writeFileSync(join(folder, 'Holiday/2024/beach.jpg'), 'somebody else’s');
  writeFileSync(join(folder, 'notes.bin'), 'mine');
  expect(counts(await run())).toEqual([3, 0, 0]);
  expect(counts(await run())).toEqual([0, 3, 0]);
  expect(bytesOf('notes.bin').toString()).toBe('mine');
  expect(bytesOf('Holiday/2024/beach.jpg').toString()).toBe('somebody else’s');
  expect(files()).toHaveLength(5);
});

test('only what fits is written, and the audit tells of it', async () => {
  const { body: collection } = await world.operator.post('/collections', { name: 'For print', assetIds: [ids[0]] });
  const service = world.app.get(ExportService, { strict: false });
  expect(await world.as(() => service.idOf('collection', 'for PRINT'))).toBe(collection.id);
  await expect(world.as(() => service.idOf('tag', 'nothing'))).rejects.toMatchObject({ code: 'EXPORT_NAME_UNKNOWN' });
  expect(counts(await run({ collection: collection.id }))).toEqual([1, 0, 0]);
  const [event] = (await world.admin.get('/audit?action=asset.exported')).body.items;
  expect(event.detail).toMatchObject({ folder, writtenFiles: 1, filter: { collection: collection.id } });
});

test('an original that is damaged on the disk is told, not written, and the rest goes on', async () => {
  const [row] = await world.rows<{ id: string }>(`SELECT id FROM stored_object WHERE sha256 = decode($1, 'hex')`, [
    sha256Of(second),
  ]);
  const [object = 'none'] = globSync(`**/${row?.id}`, { cwd: firstTier(world.appliance).path }).map((path) =>
    join(firstTier(world.appliance).path, path),
  );
  chmodSync(object, 0o640);
  writeFileSync(object, newBytes(4000));
  const tally = await run();
  expect(counts(tally)).toEqual([2, 0, 1]);
  expect(tally.failures[0]).toMatchObject({ name: 'beach.jpg', code: 'STORAGE_OBJECT_DAMAGED' });
  expect(
    files()
      .map((entry) => entry.name)
      .sort(),
  ).toEqual(['beach.jpg', 'notes.bin']);
});

test('a folder that cannot be written to ends it with words', async () => {
  writeFileSync(join(folder, 'file'), '');
  folder = join(folder, 'file');
  await expect(run()).rejects.toMatchObject({ code: 'EXPORT_FOLDER_UNWRITABLE' });
  expect(existsSync(folder)).toBe(true);
  rmSync(join(folder, '..'), { recursive: true, force: true });
});
