import {
  appendFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { passphraseBytes } from '#keys';
import { ExportService, type ExportTally, OpenedExport } from '#media';
import { type ApiWorld, makeApiWorld, newBytes, sha256Of, upload } from '../ingest/api-world.ts';

let world: ApiWorld;
let folder: string;
const passphrase = 'correct horse battery staple';
/** Nothing, less than a chunk of the format, exactly one, and several. */
const originals = {
  'Holiday/2024/beach at night.jpg': newBytes(3000),
  'Holiday/2024/empty.txt': Buffer.alloc(0),
  'chunk.bin': newBytes(262_144),
  'Löwe/long film.mov': newBytes(1_500_000),
};

beforeAll(async () => {
  world = await makeApiWorld();
  for (const [path, bytes] of Object.entries(originals)) {
    const above = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    await upload(world, world.admin, bytes, { filename: basename(path), folder: above });
  }
});
afterAll(() => world?.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealed-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sealed = () => join(folder, 'sealed');
function run(filter: object = {}, given: { passphrase?: string; signal?: AbortSignal; onFile?: () => void } = {}) {
  const service = world.app.get(ExportService, { strict: false });
  const bytes = passphraseBytes(given.passphrase ?? passphrase);
  const { onFile = () => {}, signal = AbortSignal.timeout(30_000) } = given;
  return world.as(() => service.run({ folder: sealed(), filter, passphrase: bytes, signal, onFile }));
}
const counts = ({ writtenFiles, thereFiles, failedFiles }: ExportTally) => [writtenFiles, thereFiles, failedFiles];
const objects = () => globSync('objects/*/*', { cwd: sealed() }).sort();
const open = (given = passphrase, at = sealed()) => OpenedExport.open(at, passphraseBytes(given));

async function readBack(target = join(folder, 'back'), at = sealed()) {
  const opened = await open(passphrase, at);
  return opened.writeTo({ target, signal: AbortSignal.timeout(30_000) }).finally(() => opened.close());
}

test('a sealed export shows neither names nor bytes, and gives every original back under its name', async () => {
  expect(counts(await run())).toEqual([4, 0, 0]);
  expect(readdirSync(sealed()).sort()).toEqual(['catalogue.sealed', 'export.json', 'objects']);
  expect(objects()).toHaveLength(4);
  const all = Buffer.concat(
    ['catalogue.sealed', 'export.json', ...objects()].map((file) => readFileSync(join(sealed(), file))),
  );
  for (const word of ['beach', 'Holiday', 'film', world.organisation.organisationId, passphrase])
    expect(all.includes(word)).toBe(false);
  for (const bytes of Object.values(originals)) if (bytes.length > 0) expect(all.includes(bytes.subarray(0, 64))).toBe(false);
  for (const file of objects()) expect(statSync(join(sealed(), file)).mode & 0o077).toBe(0);

  const tally = await readBack();
  expect([...counts(tally), tally.isComplete]).toEqual([4, 0, 0, true]);
  for (const [path, bytes] of Object.entries(originals))
    expect(sha256Of(readFileSync(join(folder, 'back', path)))).toBe(sha256Of(bytes));
  expect(counts(await readBack())).toEqual([0, 4, 0]);
});

test('its list tells of names, sizes and hashes without writing anything', async () => {
  await run();
  const opened = await open();
  const listed = opened.list();
  opened.close();
  expect(listed).toMatchObject({ isComplete: true, organisationId: world.organisation.organisationId });
  expect(Object.fromEntries(listed.files.map(({ path, sha256 }) => [path, sha256]))).toEqual(
    Object.fromEntries(Object.entries(originals).map(([path, bytes]) => [path, sha256Of(bytes)])),
  );
});

test('run again, it goes on where it was: what is right stays as it lies, what is missing or damaged is written anew', async () => {
  const stop = new AbortController();
  const cut = await run({}, { signal: stop.signal, onFile: () => stop.abort() });
  expect(cut.writtenFiles).toBeGreaterThan(0);
  expect(cut.writtenFiles).toBeLessThan(4);
  const opened = await open();
  expect(opened.list()).toMatchObject({ isComplete: false });
  opened.close();
  const first = objects();
  const before = first.map((file) => readFileSync(join(sealed(), file)));

  expect(counts(await run())).toEqual([4 - first.length, first.length, 0]);
  expect(first.map((file) => readFileSync(join(sealed(), file)))).toEqual(before);
  const [one = ''] = first;
  const bytes = readFileSync(join(sealed(), one));
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  writeFileSync(join(sealed(), one), bytes);
  expect(counts(await run())).toEqual([1, 3, 0]);
  expect(objects()).toHaveLength(4);
  expect(counts(await readBack())).toEqual([4, 0, 0]);
});

test('another choice of files joins those that are there', async () => {
  const { body } = await world.operator.get('/assets?limit=10');
  const ids = body.items.slice(0, 2).map(({ id }: { id: string }) => id);
  for (const [index, id] of ids.entries()) {
    const { body: collection } = await world.operator.post('/collections', { name: `Choice ${index}`, assetIds: [id] });
    expect(counts(await run({ collection: collection.id }))).toEqual([1, 0, 0]);
  }
  expect(counts(await readBack())).toEqual([2, 0, 0]);
});

test('another passphrase opens nothing, and changes nothing', async () => {
  await run();
  const before = readFileSync(join(sealed(), 'catalogue.sealed'));
  await expect(run({}, { passphrase: 'some other passphrase' })).rejects.toMatchObject({ code: 'KEYS_PASSPHRASE_WRONG' });
  await expect(open('some other passphrase')).rejects.toMatchObject({ code: 'KEYS_PASSPHRASE_WRONG' });
  expect(readFileSync(join(sealed(), 'catalogue.sealed')).equals(before)).toBe(true);
  const [event] = (await world.admin.get('/audit?action=asset.exported')).body.items;
  expect(event.detail).toMatchObject({ sealed: true, writtenFiles: 4, bytes: 1_765_144 });
});

test('a damaged file is told and not written, the others are; what is not there is told as missing', async () => {
  await run();
  const [first = '', second = ''] = objects().sort(
    (a, b) => statSync(join(sealed(), a)).size - statSync(join(sealed(), b)).size,
  );
  const bytes = readFileSync(join(sealed(), second));
  bytes[100] = (bytes[100] as number) ^ 1;
  writeFileSync(join(sealed(), second), bytes);
  rmSync(join(sealed(), first));
  const tally = await readBack();
  expect(counts(tally)).toEqual([2, 0, 2]);
  expect(tally.failures.map(({ code }) => code).sort()).toEqual(['EXPORT_FILE_DAMAGED', 'EXPORT_FILE_MISSING']);
  expect(globSync('**/*.*', { cwd: join(folder, 'back') })).toHaveLength(2);
});

test('a catalogue or description that is damaged, cut or of another export is refused with words', async () => {
  await run();
  const copy = (name: string) => {
    cpSync(sealed(), join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const cut = copy('cut');
  writeFileSync(join(cut, 'catalogue.sealed'), readFileSync(join(cut, 'catalogue.sealed')).subarray(0, -20));
  await expect(open(passphrase, cut)).rejects.toMatchObject({ code: 'EXPORT_CATALOGUE_DAMAGED' });
  const none = copy('none');
  rmSync(join(none, 'catalogue.sealed'));
  await expect(open(passphrase, none)).rejects.toMatchObject({ code: 'EXPORT_CATALOGUE_MISSING' });
  const garbled = copy('garbled');
  appendFileSync(join(garbled, 'export.json'), 'x');
  await expect(open(passphrase, garbled)).rejects.toMatchObject({ code: 'EXPORT_UNREADABLE' });
  const newer = copy('newer');
  const header = JSON.parse(readFileSync(join(newer, 'export.json'), 'utf8'));
  writeFileSync(join(newer, 'export.json'), JSON.stringify({ ...header, version: 2 }));
  await expect(open(passphrase, newer)).rejects.toMatchObject({ code: 'EXPORT_UNREADABLE', kind: 'unsupported' });
  await expect(open(passphrase, folder)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
});

test('an export of another library is left alone', async () => {
  await run();
  const service = world.app.get(ExportService, { strict: false });
  const { body } = await world.stranger.get('/session');
  const { runAs } = await import('#kernel');
  const other = { ...world.organisation, organisationId: body.organisation.id };
  const order = { folder: sealed(), filter: {}, passphrase: passphraseBytes(passphrase), signal: AbortSignal.timeout(30_000) };
  await expect(runAs(other, () => service.run(order))).rejects.toMatchObject({ code: 'EXPORT_OF_ANOTHER_LIBRARY' });
  expect(counts(await run())).toEqual([0, 4, 0]);
});

test('sealed and plain files never share a folder, and two exports never write into one at once', async () => {
  mkdirSync(sealed());
  writeFileSync(join(sealed(), 'notes.txt'), 'mine');
  await expect(run()).rejects.toMatchObject({ code: 'EXPORT_FOLDER_TAKEN' });
  rmSync(join(sealed(), 'notes.txt'));
  const [one, other] = await Promise.allSettled([run(), run()]);
  const refused = [one, other].filter((each) => each?.status === 'rejected');
  expect(refused).toMatchObject([{ reason: { code: 'EXPORT_FOLDER_IN_USE' } }]);
  const service = world.app.get(ExportService, { strict: false });
  const plain = world.as(() => service.run({ folder: sealed(), filter: {}, signal: AbortSignal.timeout(30_000) }));
  await expect(plain).rejects.toMatchObject({ code: 'EXPORT_FOLDER_SEALED' });
});

test('a folder that cannot be written to ends it with words', async () => {
  writeFileSync(sealed(), '');
  await expect(run()).rejects.toMatchObject({ code: 'EXPORT_FOLDER_UNWRITABLE' });
});
