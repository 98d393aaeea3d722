import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handOver } from './durable-write.adapter.ts';
import { setInManifest } from './manifest-changes.ts';
import { House } from './testing/house.ts';

const owner = { uid: 65_534, gid: 65_534 };
let folder: string;
beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip('needs root, who works on behalf of others');
  folder = mkdtempSync(join(tmpdir(), 'hand-over-'));
});
afterEach(() => folder && rmSync(folder, { recursive: true }));

test('what root left changes hands; what links lead to, and what has a second name, does not', () => {
  const other = join(folder, 'other');
  mkdirSync(join(folder, 'ours', 'inner'), { recursive: true });
  mkdirSync(other);
  for (const file of [join(folder, 'ours', 'inner', 'a'), join(other, 'passwd'), join(other, 'shadow')])
    writeFileSync(file, '');
  symlinkSync(other, join(folder, 'ours', 'way'));
  symlinkSync(join(other, 'passwd'), join(folder, 'ours', 'link'));
  linkSync(join(other, 'shadow'), join(folder, 'ours', 'name'));
  handOver(join(folder, 'ours'), owner);
  const uidOf = (...names: string[]) => lstatSync(join(folder, ...names)).uid;
  expect([uidOf('ours'), uidOf('ours', 'inner'), uidOf('ours', 'inner', 'a')]).toEqual([65_534, 65_534, 65_534]);
  expect([uidOf('other'), uidOf('other', 'passwd'), uidOf('other', 'shadow')]).toEqual([0, 0, 0]);
});

test('root changes a manifest of somebody else: file, repository and key stay theirs', async () => {
  const house = new House();
  try {
    for (const path of [house.place.home, house.place.file]) chownSync(path, owner.uid, owner.gid);
    await setInManifest(house.log(), ['redis.maxMemoryMb=512'], { author: 'root', reason: 'on behalf' });
    const { repository, secrets, file } = house.place;
    const touched = [
      file,
      repository,
      secrets,
      join(repository, 'refs', 'heads', 'main'),
      join(secrets, 'generations', 'signing-key.pem'),
    ];
    expect(touched.map((path) => statSync(path).uid)).toEqual(touched.map(() => owner.uid));
  } finally {
    house.close();
  }
});

test('a link in place of the repository’s configuration is replaced, not written through', async () => {
  const house = new House();
  try {
    const change = { author: 'ada', reason: 'x' };
    await setInManifest(house.log(), ['redis.maxMemoryMb=512'], change);
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'untouched');
    rmSync(join(house.place.repository, 'config'));
    symlinkSync(victim, join(house.place.repository, 'config'));
    await setInManifest(house.log(), ['redis.maxMemoryMb=513'], change);
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect((await house.log().verify()).problems).toEqual([]);
  } finally {
    house.close();
  }
});
