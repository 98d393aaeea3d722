import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweepStagedModels } from './import-model.ts';

test('work folders that others finish with while they are looked at are no reason to fail; old ones go', async () => {
  const shelf = mkdtempSync(join(tmpdir(), 'sweep-staged-'));
  const staging = join(shelf, '.staging');
  mkdirSync(join(staging, 'old'), { recursive: true });
  utimesSync(join(staging, 'old'), 1, 1);
  const busy = Array.from({ length: 200 }, (_, index) => join(staging, `busy-${index}`));
  for (const folder of busy) mkdirSync(folder);
  const sweeps = [sweepStagedModels(shelf), sweepStagedModels(shelf)];
  for (const folder of busy) {
    rmSync(folder, { recursive: true });
    await new Promise((settle) => setImmediate(settle));
  }
  await Promise.all(sweeps);
  expect(readdirSync(staging)).toEqual([]);
  rmSync(shelf, { recursive: true });
});
