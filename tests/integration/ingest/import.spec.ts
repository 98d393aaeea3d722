import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstTier } from '#manifest';
import { emptyTally, FileImportService, type FoundFile, type ImportTally, importFolder } from '#media';
import { type ApiWorld, makeApiWorld, newBytes, sha256Of } from './api-world.ts';

let world: ApiWorld;
let folder: string;
beforeAll(async () => {
  world = await makeApiWorld((appliance) => {
    appliance.ingest.maxFileBytes = 1_000_000;
  });
  folder = mkdtempSync(join(tmpdir(), 'Holiday '));
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(select?: (found: FoundFile) => boolean): Promise<ImportTally> {
  const files = world.app.get(FileImportService, { strict: false });
  const tally = emptyTally();
  const signal = AbortSignal.timeout(30_000);
  await world.as(() =>
    importFolder(tally, {
      folder,
      signal,
      ...(select ? { select } : {}),
      importFile: (found, stop) => files.import(found, stop),
    }),
  );
  return tally;
}

const counts = ({ newFiles, knownFiles, unsupportedFiles, failedFiles }: ImportTally) => [
  newFiles,
  knownFiles,
  unsupportedFiles,
  failedFiles,
];

test('a folder is imported with its folders and times; again, nothing is new', async () => {
  const bytes = newBytes(3000);
  mkdirSync(join(folder, 'beach/day 1'), { recursive: true });
  writeFileSync(join(folder, 'notes.txt'), 'what we did');
  writeFileSync(join(folder, 'beach/day 1/one.bin'), bytes);
  writeFileSync(join(folder, 'beach/copy of one.bin'), bytes);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/beach/`), Buffer.from([0xe4, 0x2e, 0x62])]), newBytes(100));
  symlinkSync('/etc/hostname', join(folder, 'link.txt'));
  expect(counts(await run())).toEqual([3, 1, 2, 0]);
  const [asset] = await world.rows<{ id: string; folder: string; metadata: { fileModifiedAt: string } }>(
    `SELECT id, folder, metadata FROM asset WHERE name = 'notes.txt'`,
  );
  expect(asset?.folder).toMatch(/^Holiday \w+$/);
  expect(asset?.metadata.fileModifiedAt).toMatch(/^20\d\d-/);
  const origins = await world.rows<{ name: string }>(
    `SELECT o.name FROM asset_origin o JOIN asset a ON a.id = o.asset_id WHERE a.object_sha256 = decode($1, 'hex') ORDER BY 1`,
    [sha256Of(bytes)],
  );
  expect(origins.map(({ name }) => name)).toEqual(['copy of one.bin', 'one.bin']);
  expect(await world.rows(`SELECT given_name FROM asset_origin WHERE name = '\ufffd.b'`)).toEqual([{ given_name: '\\xe4.b' }]);
  expect(counts(await run())).toEqual([0, 4, 0, 0]);
  const [versions] = await world.rows<{ most: number }>('SELECT max(version) AS most FROM asset');
  expect(versions?.most).toBeLessThanOrEqual(2);
});

test('a file that is too large, or changes while it is read, fails by itself and leaves no asset', async () => {
  writeFileSync(join(folder, 'huge.bin'), '');
  truncateSync(join(folder, 'huge.bin'), 1_000_001);
  writeFileSync(join(folder, 'growing.bin'), newBytes(1000));
  const tally = await run((found) => {
    const name = found.name.toString();
    if (name === 'growing.bin') writeFileSync(join(folder, name), newBytes(2000));
    return name === 'huge.bin' || name === 'growing.bin';
  });
  expect(tally.failures.map(({ code }) => code).sort()).toEqual(['IMPORT_FILE_CHANGED', 'UPLOAD_TOO_LARGE']);
  expect(await world.rows(`SELECT FROM asset WHERE name IN ('huge.bin', 'growing.bin')`)).toEqual([]);
  for (const process of readdirSync(join(firstTier(world.appliance).path, '.incoming')))
    expect(readdirSync(join(firstTier(world.appliance).path, '.incoming', process))).toEqual([]);
});

test('an import that is stopped leaves nothing half, and goes on when it is started again', async () => {
  for (let index = 0; index < 40; index++) writeFileSync(join(folder, `many ${index}.bin`), newBytes(20_000));
  const files = world.app.get(FileImportService, { strict: false });
  const stop = new AbortController();
  const tally = emptyTally();
  const select = (found: FoundFile) => found.name.toString().startsWith('many');
  const onFile = () => {
    if (tally.newFiles === 10) stop.abort();
  };
  await world.as(() =>
    importFolder(tally, {
      folder,
      signal: stop.signal,
      select,
      onFile,
      importFile: (found, signal) => files.import(found, signal),
    }),
  );
  expect(tally.newFiles).toBeGreaterThanOrEqual(10);
  expect(tally.newFiles).toBeLessThan(40);
  expect(tally.failedFiles).toBe(0);
  const rest = await run(select);
  expect(rest.newFiles + rest.knownFiles).toBe(40);
  expect(await world.rows(`SELECT FROM asset WHERE name LIKE 'many %'`)).toHaveLength(40);
});
