import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { passphraseBytes } from '#keys';
import { ExportService, OpenedExport } from '#media';
import { type ApiWorld, makeApiWorld, sha256Of, upload } from '../integration/ingest/api-world.ts';
import { withFileSystem } from './block/file-system.ts';
import { whyNoFileSystems } from './block/needs.ts';
import { runProgram } from './block/run-program.ts';
import { buildWorker } from './pipeline-house.ts';

const passphrase = 'correct horse battery staple';
const files = 12;
const hashes = new Map<string, string>();
let world: ApiWorld;
let folder: string;

beforeAll(async () => {
  buildWorker();
  world = await makeApiWorld();
  for (let index = 0; index < files; index++) {
    const bytes = randomBytes(400_000);
    hashes.set(`film ${index}.bin`, sha256Of(bytes));
    await upload(world, world.admin, bytes, { filename: `film ${index}.bin` });
  }
}, 180_000);
afterAll(() => world?.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-fault-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Exports in a process of its own; `failpoint` is the instant at which it is killed. */
async function exportApart(at: string, failpoint?: string): Promise<{ writtenFiles: number; thereFiles: number }> {
  const words = [JSON.stringify(world.appliance), JSON.stringify(world.organisation), at, passphrase];
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'export.child.ts'), ...words], {
    env: { PATH: process.env.PATH, HOLDFAST_LOG_LEVEL: 'fatal', ...(failpoint ? { HOLDFAST_FAILPOINT: failpoint } : {}) },
  });
  return JSON.parse(stdout);
}

async function expectAll(at: string): Promise<void> {
  const opened = await OpenedExport.open(at, passphraseBytes(passphrase));
  const back = mkdtempSync(join(tmpdir(), 'export-back-'));
  try {
    const tally = await opened.writeTo({ target: back, signal: AbortSignal.timeout(60_000) });
    expect(tally).toMatchObject({ writtenFiles: files, failedFiles: 0, isComplete: true });
    for (const [name, sha256] of hashes) expect(sha256Of(readFileSync(join(back, name)))).toBe(sha256);
  } finally {
    opened.close();
    rmSync(back, { recursive: true });
  }
}
const sealedFiles = (at: string) => globSync('objects/*/*', { cwd: at });
const halfFiles = (at: string) => globSync('{.*.part,objects/*/.*.part}', { cwd: at });

test.each([
  ['export-begun', 0],
  ['export-planned', 0],
  ['export-part@2', 1],
  ['export-file@5', 5],
  ['export-written', files],
])(
  'an export that is killed at %s has no half file under a final name, knows those it has, and goes on with them',
  async (failpoint, done) => {
    await expect(exportApart(folder, failpoint)).rejects.toMatchObject({ signal: 'SIGKILL' });
    // Three files are under way at a time.
    expect(sealedFiles(folder).length).toBeGreaterThanOrEqual(done - 1);
    expect(sealedFiles(folder).length).toBeLessThanOrEqual(done + 2);
    if (failpoint !== 'export-begun') {
      const cut = await OpenedExport.open(folder, passphraseBytes(passphrase));
      expect(cut.list()).toMatchObject({ isComplete: false, files: { length: files } });
      const target = join(folder, 'back');
      const tally = await cut.writeTo({ target, signal: AbortSignal.timeout(60_000) });
      cut.close();
      rmSync(target, { recursive: true, force: true });
      expect(tally.writtenFiles).toBe(sealedFiles(folder).length);
      expect(tally.failures.filter(({ code }) => code !== 'EXPORT_FILE_MISSING')).toEqual([]);
    }
    const there = sealedFiles(folder).length;
    expect(await exportApart(folder)).toMatchObject({ writtenFiles: files - there, thereFiles: there });
    expect(halfFiles(folder)).toEqual([]);
    expect(sealedFiles(folder)).toHaveLength(files);
    await expectAll(folder);
  },
);

test('a full disk ends it with words, leaves nothing half, and it goes on once there is room', async (context) => {
  const reason = whyNoFileSystems(['ext4']);
  if (reason) return context.skip(reason);
  await withFileSystem('ext4', 16, async (disk) => {
    const filler = join(disk.folder, '.filler');
    const free = Number(await runProgram('stat', '--file-system', '--format', '%a', disk.folder));
    const blockBytes = Number(await runProgram('stat', '--file-system', '--format', '%S', disk.folder));
    await runProgram('fallocate', '--length', String(free * blockBytes - 2_500_000), filler);
    const run = () => {
      const order = { folder: disk.folder, filter: {}, passphrase: passphraseBytes(passphrase) };
      const service = world.app.get(ExportService, { strict: false });
      return world.as(() => service.run({ ...order, signal: AbortSignal.timeout(60_000) }));
    };
    await expect(run()).rejects.toMatchObject({ code: 'EXPORT_FOLDER_FULL', kind: 'storage-full' });
    const there = sealedFiles(disk.folder).length;
    expect(there).toBeGreaterThan(0);
    expect(halfFiles(disk.folder)).toEqual([]);
    rmSync(filler);
    expect(await run()).toMatchObject({ writtenFiles: files - there, thereFiles: there });
    await expectAll(disk.folder);
  });
});
