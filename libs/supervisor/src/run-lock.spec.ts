import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { acquireRunLock } from './run-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a home is locked once, by whichever path it is reached, and free again when released', async () => {
  const alias = `${folder}-alias`;
  symlinkSync(folder, alias);
  try {
    const first = await acquireRunLock(folder);
    expect(first).toBeDefined();
    expect(await acquireRunLock(alias)).toBeUndefined();
    await first?.release();
    const second = await acquireRunLock(alias);
    expect(second).toBeDefined();
    await second?.release();
  } finally {
    rmSync(alias);
  }
});
