import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { openBuffer } from '#sealed-object';
import { IncomingObject } from './incoming-object.ts';
import { removeIncoming } from './incoming-tail.adapter.ts';
import type { Expected } from './unfinished-file.adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-incoming-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let count = 0;
function expecting(sizeBytes: number): Expected {
  const context = { organisationId: newId(), objectId: newId(), version: 1 };
  return { path: join(folder, String(count++)), sizeBytes, sealing: { dataKey: randomBytes(32), context } };
}
const opened = ({ path, sealing }: Expected) => openBuffer(sealing.dataKey, sealing.context, readFileSync(path));

test('a file that arrives in parts in one process is sealed once, and complete with its last byte', async () => {
  const bytes = randomBytes(2_345_678);
  const expected = expecting(bytes.length);
  const file = await IncomingObject.openAt(expected, 0);
  for (const [from, to] of [
    [0, 4],
    [4, 300_000],
    [300_000, 1_500_000],
    [1_500_000, bytes.length],
  ]) {
    expect(file.continuesAt(from as number)).toBe(true);
    await file.append(bytes.subarray(from, to));
    expect(await file.pause()).toBe(to);
  }
  expect(file.digests?.sha256).toBe(sha256(bytes));
  await file.close();
  expect(opened(expected).equals(bytes)).toBe(true);
});

test('whatever offset was confirmed, another process goes on from there, and bytes that were not confirmed are forgotten', async () => {
  const sizes = fc.integer({ min: 1, max: 1_200_000 });
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.boolean(), async (first, second, wasKilled) => {
      const [known, lost, rest] = [randomBytes(first), randomBytes(700_000), randomBytes(second)];
      const expected = expecting(known.length + rest.length);
      const before = await IncomingObject.openAt({ ...expected, sizeBytes: 10_000_000 }, 0);
      await before.append(known);
      await before.pause();
      await before.append(lost);
      if (!wasKilled) await before.checkpoint();
      await before.close();
      const after = await IncomingObject.openAt(expected, known.length);
      await after.append(rest);
      await after.pause();
      expect(after.digests?.sha256).toBe(sha256(Buffer.concat([known, rest])));
      await after.close();
      expect(opened(expected).equals(Buffer.concat([known, rest]))).toBe(true);
      await removeIncoming(expected.path);
    }),
    { numRuns: 25 },
  );
  expect(readdirSync(folder).filter((name) => !name.startsWith('0'))).toEqual([]);
});

test('an offset that the database still names after the next was made durable is good, too', async () => {
  const bytes = randomBytes(900_000);
  const expected = expecting(bytes.length);
  const file = await IncomingObject.openAt(expected, 0);
  for (const end of [100_000, 200_000, 500_000]) {
    await file.append(bytes.subarray(file.position, end));
    await file.pause();
  }
  await file.close();
  for (const offset of [200_000, 500_000]) {
    const again = await IncomingObject.openAt(expected, offset);
    await again.append(bytes.subarray(offset));
    await again.pause();
    expect(again.digests?.sha256).toBe(sha256(bytes));
    await again.close();
    // As it was before the file was completed: the next offset is tried on what a killed process left.
    const rewound = await IncomingObject.openAt({ ...expected, sizeBytes: 2_000_000 }, 500_000);
    await rewound.pause();
    await rewound.close();
  }
});

test('bytes that were written and are to be forgotten cannot be gone on with', async () => {
  const expected = expecting(1000);
  const file = await IncomingObject.openAt(expected, 0);
  await file.append(randomBytes(10));
  expect(file.continuesAt(0)).toBe(false);
  await file.close();
  expect(file.continuesAt(10)).toBe(false);
});

test('fewer bytes than were confirmed is an error, never a hole', async () => {
  const expected = expecting(1_000_000);
  const file = await IncomingObject.openAt(expected, 0);
  await file.append(randomBytes(600_000));
  await file.pause();
  await file.close();
  for (const name of readdirSync(folder).filter((entry) => entry.includes('.tail-'))) rmSync(join(folder, name));
  await expect(IncomingObject.openAt(expected, 600_000)).rejects.toMatchObject({ code: 'STORAGE_IO' });
  truncateSync(expected.path, 300_000);
  await expect(IncomingObject.openAt(expected, 524_288)).rejects.toMatchObject({ code: 'STORAGE_IO' });
  writeFileSync(expected.path, 'nothing sealed');
  await expect(IncomingObject.openAt(expected, 600_000)).rejects.toMatchObject({ code: 'STORAGE_IO' });
});
