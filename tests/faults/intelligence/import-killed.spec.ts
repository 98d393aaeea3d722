import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importModel, sweepStagedModels } from '../../../libs/intelligence/src/importing/import-model.ts';
import { MemoryModelCatalogue } from '../../../libs/intelligence/src/testing/memory-model-catalogue.ts';
import { tinyClip } from '../../../libs/intelligence/src/testing/tiny-embedding-models.ts';
import { writeTinyModel } from '../../../libs/intelligence/src/testing/write-tiny-model.ts';

let work: string;
let from: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
  const model = tinyClip();
  // Large enough that copying takes a moment to be killed in.
  model.files['extra.bin'] = Buffer.alloc(64 * 1024 * 1024, 7);
  from = (await writeTinyModel(model)).folder;
});
afterAll(async () => {
  await rm(work, { recursive: true });
  await rm(from, { recursive: true });
});

async function importUntilKilled(shelf: string, afterMs: number): Promise<void> {
  const script = join(import.meta.dirname, 'import-model.child.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, from, shelf], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGKILL'), afterMs);
  await once(child, 'close');
}

test('an import that is killed at any moment leaves no model, or a whole one; the next import completes it', async () => {
  for (const [round, afterMs] of [5, 100, 300, 700].entries()) {
    const shelf = join(work, String(round));
    await importUntilKilled(shelf, afterMs);
    const placed = await readdir(join(shelf, 'tiny-clip', '1.0.0')).catch(() => undefined);
    if (placed) await expectWhole(join(shelf, 'tiny-clip', '1.0.0'));
    const record = await importModel(from, { folder: shelf, catalogue: new MemoryModelCatalogue() });
    await expectWhole(record.folder);
    for (const name of await readdir(join(shelf, '.staging'))) await utimes(join(shelf, '.staging', name), 0, 0);
    await sweepStagedModels(shelf);
    expect(await readdir(join(shelf, '.staging'))).toEqual([]);
    await rm(shelf, { recursive: true });
  }
});

async function expectWhole(folder: string): Promise<void> {
  const { files } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as {
    files: { path: string; sha256: string }[];
  };
  for (const { path, sha256 } of files) {
    const bytes = await readFile(join(folder, path));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
}
