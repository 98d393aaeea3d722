import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommitGroup, type WrittenFile } from './commit-group.adapter.ts';
import { DurableFolders } from './durable-folders.adapter.ts';
import { FolderOwner } from './folder-owner.adapter.ts';

let root: string;
let group: CommitGroup;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-commit-'));
  group = new CommitGroup(new DurableFolders(root, new FolderOwner(root)));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A written file whose fdatasync answers as told: the one disk failure that cannot be had on a sound machine. */
function written(name: string, datasync: () => Promise<void> = async () => {}): WrittenFile {
  const temporary = join(root, `${name}.part`);
  writeFileSync(temporary, name);
  return { handle: { datasync } as FileHandle, temporary, destination: join(root, 'a', name), isSynced: false };
}

const failing = (code: string) => async () => {
  throw Object.assign(new Error(`${code}: as told`), { code });
};

test('a file whose bytes the disk does not take never gets its name, and nothing is stored after that', async () => {
  const [broken, sound] = [written('broken', failing('EIO')), written('sound')];
  const outcomes = await Promise.allSettled([group.commit(broken), group.commit(sound)]);
  expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_IO' } });
  // A second fsync would claim success for pages that the kernel has dropped.
  await expect(group.commit(written('later'))).rejects.toMatchObject({ code: 'STORAGE_IO' });
  expect(() => group.requireSound()).toThrow(expect.objectContaining({ code: 'STORAGE_IO' }));
  expect(readdirSync(root, { recursive: true })).not.toContain('a/broken');
});

test('a full disk refuses the file and no other', async () => {
  await expect(group.commit(written('large', failing('ENOSPC')))).rejects.toMatchObject({
    code: 'STORAGE_FULL',
    kind: 'storage-full',
  });
  await group.commit(written('small'));
  expect(readdirSync(join(root, 'a'))).toEqual(['small']);
});

test('one file that cannot be named does not take its batch along', async () => {
  const lost = written('lost');
  rmSync(lost.temporary);
  const outcomes = await Promise.allSettled([
    group.commit(written('first')),
    group.commit(lost),
    group.commit(written('third')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
