import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { passphraseBytes } from '#keys';
import { findCheckout } from '#manifest';
import { OpenedExport } from '#media';
import { SealedExport } from '../../../libs/media/src/exporting/sealed/sealed-export.ts';
import { SealedTarget } from '../../../libs/media/src/exporting/sealed/sealed-target.ts';

const python = '/usr/bin/python3';
const reader = join(findCheckout(), 'scripts', 'recovery', 'open_export.py');
const vectorsFile = join(findCheckout(), 'docs', 'formats', 'sealed-export.vectors.json');
const passphrase = 'Füchse graben 3 tiefe Baue';
const folder = mkdtempSync(join(tmpdir(), 'holdfast-export-'));
const path = (name: string) => join(folder, name);
const hasCryptography = spawnSync(python, ['-c', 'import cryptography']).status === 0;
const run = (...given: string[]) => spawnSync(python, [reader, ...given], { encoding: 'utf8' });

const originals: Record<string, Buffer> = {
  'Löwe/jung/film.mov': randomBytes(700_000),
  'empty.txt': Buffer.alloc(0),
  'one chunk.bin': randomBytes(262_144),
};

/** Writes an export of files by what the catalogue is to say of them. */
async function makeExport(at: string, files: { folder: string; name: string; bytes: Buffer }[]): Promise<void> {
  const target = await SealedTarget.open(at, passphraseBytes(passphrase), newId());
  const known = new Map(files.map((file) => [newId(), file]));
  async function* assets() {
    for (const [id, { folder: above, name, bytes }] of known) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      yield { id, name, folder: above, sha256, sizeBytes: bytes.length, addedAt: '2026-11-21T20:00:00Z', capturedAt: null };
    }
  }
  async function* bytesOf(id: string) {
    yield known.get(id)?.bytes ?? Buffer.alloc(0);
  }
  for await (const asset of await target.plan(assets())) await target.write(asset, async () => bytesOf(asset.id));
  await target.finish();
  await target.close();
}

beforeAll(async () => {
  writeFileSync(path('passphrase'), `${passphrase.normalize('NFD')}\n`);
  writeFileSync(path('wrong'), 'another passphrase\n');
  const files = Object.entries(originals).map(([at, bytes]) => ({
    folder: dirname(at) === '.' ? '' : dirname(at),
    name: at.split('/').at(-1) as string,
    bytes,
  }));
  await makeExport(path('sealed'), files);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the published export is opened by this code, and by the independent reader', async (ctx) => {
  const vectors = JSON.parse(readFileSync(vectorsFile, 'utf8'));
  for (const [name, content] of Object.entries<string>(vectors.files)) {
    mkdirSync(dirname(path(`vector/${name}`)), { recursive: true });
    writeFileSync(path(`vector/${name}`), Buffer.from(content, 'base64'));
  }
  const opened = await OpenedExport.open(path('vector'), passphraseBytes(vectors.passphrase));
  expect(opened.list().isComplete).toBe(true);
  await opened.writeTo({ target: path('vector-back'), signal: AbortSignal.timeout(10_000) });
  opened.close();
  for (const [name, text] of Object.entries(vectors.originals))
    expect(readFileSync(path(`vector-back/${name}`), 'utf8')).toBe(text);
  if (!hasCryptography) ctx.skip('python3-cryptography is not installed');
  expect(run('--self-test', vectorsFile)).toMatchObject({ status: 0, stdout: 'The vectors agree.\n' });
});

test('the independent reader lists and opens what this code sealed, and writes over nothing', (ctx) => {
  if (!hasCryptography) ctx.skip('python3-cryptography is not installed');
  const listed = run(path('sealed'), '--list', '--passphrase-file', path('passphrase'));
  expect(listed.stderr).toBe('');
  expect(JSON.parse(listed.stdout)).toMatchObject({ state: 'complete', files: { length: 3 } });
  expect(listed.stdout).not.toContain('dataKey');
  const words = [path('sealed'), path('plain'), '--passphrase-file', path('passphrase')];
  expect(run(...words)).toMatchObject({ status: 0, stderr: '', stdout: '3 of 3 files written.\n' });
  for (const [name, bytes] of Object.entries(originals)) expect(readFileSync(path(`plain/${name}`)).equals(bytes)).toBe(true);
  writeFileSync(path('plain/empty.txt'), 'mine');
  run(...words);
  expect(readFileSync(path('plain/empty.txt'), 'utf8')).toBe('mine');
});

test('the independent reader refuses another passphrase, and a file with a changed byte', (ctx) => {
  if (!hasCryptography) ctx.skip('python3-cryptography is not installed');
  const wrong = run(path('sealed'), path('wrong-plain'), '--passphrase-file', path('wrong'));
  expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('REFUSED: The passphrase does not open')]);
  expect(existsSync(path('wrong-plain'))).toBe(false);

  const [object = ''] = globSync('sealed/objects/*/*', { cwd: folder }).filter((at) => readFileSync(path(at)).length > 700_000);
  const bytes = readFileSync(path(object));
  bytes[500_000] = (bytes[500_000] as number) ^ 1;
  writeFileSync(path(object), bytes);
  const damaged = run(path('sealed'), path('rest'), '--passphrase-file', path('passphrase'));
  expect([damaged.status, damaged.stdout]).toEqual([1, '2 of 3 files written.\n']);
  expect(damaged.stderr).toContain('film.mov: Chunk 1 is not what was sealed.');
  expect(globSync('rest/**/*.mov', { cwd: folder })).toEqual([]);
  expect(globSync('rest/**/.*', { cwd: folder })).toEqual([]);
});

test('a hostile export writes nothing outside the folder that was given, whoever opens it', async (ctx) => {
  const names = [
    { folder: '../../outside', name: 'a.txt' },
    { folder: '/outside', name: '../../../b.txt' },
    { folder: 'x', name: '..' },
    { folder: '', name: '..\\..\\c.txt' },
    { folder: '..', name: `${'d'.repeat(300)}.txt` },
    { folder: '\u0000/..', name: '\u0000' },
  ];
  await makeExport(
    path('hostile'),
    names.map((each, index) => ({ ...each, bytes: Buffer.from(`${index}`) })),
  );
  const listed = () =>
    globSync('**/*', { cwd: folder })
      .filter((at) => !at.startsWith('deep/'))
      .sort();
  const before = listed();
  mkdirSync(path('deep/down'), { recursive: true });
  const opened = await OpenedExport.open(path('hostile'), passphraseBytes(passphrase));
  const tally = await opened.writeTo({ target: path('deep/down/node'), signal: AbortSignal.timeout(10_000) });
  opened.close();
  expect(tally).toMatchObject({ writtenFiles: names.length, failedFiles: 0 });
  if (hasCryptography) run(path('hostile'), path('deep/down/python'), '--passphrase-file', path('passphrase'));
  expect(listed().filter((at) => at !== 'deep')).toEqual(before);
  expect(globSync('deep/*', { cwd: folder })).toEqual(['deep/down']);
  if (!hasCryptography) ctx.skip('python3-cryptography is not installed');
});

test('files that were exchanged within an export, or brought from another, do not open', async () => {
  await makeExport(path('other'), [{ folder: '', name: 'x.bin', bytes: randomBytes(1000) }]);
  await makeExport(path('mixed'), [
    { folder: '', name: 'a.bin', bytes: randomBytes(1000) },
    { folder: '', name: 'b.bin', bytes: randomBytes(1000) },
  ]);
  const [one = '', two = ''] = globSync('mixed/objects/*/*', { cwd: folder });
  const [foreign = ''] = globSync('other/objects/*/*', { cwd: folder });
  writeFileSync(path(one), readFileSync(path(two)));
  writeFileSync(path(two), readFileSync(path(foreign)));
  const opened = await OpenedExport.open(path('mixed'), passphraseBytes(passphrase));
  const tally = await opened.writeTo({ target: path('mixed-back'), signal: AbortSignal.timeout(10_000) });
  opened.close();
  expect(tally).toMatchObject({ writtenFiles: 0, failedFiles: 2 });
  writeFileSync(path('mixed/catalogue.sealed'), readFileSync(path('other/catalogue.sealed')));
  await expect(OpenedExport.open(path('mixed'), passphraseBytes(passphrase))).rejects.toMatchObject({
    code: 'EXPORT_CATALOGUE_DAMAGED',
  });
  await expect(SealedExport.make(path('mixed'), passphraseBytes(passphrase))).rejects.toMatchObject({
    code: 'EXPORT_FOLDER_TAKEN',
  });
});
