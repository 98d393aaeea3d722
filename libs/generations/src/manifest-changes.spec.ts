import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adoptManifest, recordFirstGeneration, restoreManifest, setInManifest } from './manifest-changes.ts';
import { findDrift } from './manifest-drift.ts';
import { House, writtenByHand } from './testing/house.ts';

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

const because = (reason: string) => ({ author: 'ada', reason });

test('a change is a generation with who, when, why and what; comments and order stay', async () => {
  const log = house.log();
  const changed = await setInManifest(log, ['redis.maxMemoryMb=512'], because('more for the cache'));
  expect(changed).toEqual({ generation: 2, changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 512 }] });
  expect(house.read()).toBe(writtenByHand.replace('256', '512'));
  const [first, second] = await log.list();
  expect(first).toMatchObject({ number: 1, file: writtenByHand, previous: null });
  expect(second).toMatchObject({ number: 2, author: 'ada', reason: 'more for the cache', file: house.read() });
  expect(Math.abs(Date.parse(second?.instant ?? '') - Date.now())).toBeLessThan(60_000);
  expect(await log.verify()).toMatchObject({ generations: 2, problems: [] });
});

test('what does not describe an appliance is refused with file, line, key and value, and nothing has changed', async () => {
  const log = house.log();
  await recordFirstGeneration(log, 'ada');
  await expect(setInManifest(log, ['redis.maxMemoryMb=many'], because('x'))).rejects.toMatchObject({
    code: 'MANIFEST_INVALID',
    message: expect.stringMatching(/appliance\.yaml:6: redis\.maxMemoryMb is "many"/),
  });
  for (const [words, code] of [
    [['redis'], 'CONFIG_ASSIGNMENT_INVALID'],
    [['redis.tyres=4'], 'MANIFEST_INVALID'],
    [['tiers.lukewarm.path=x'], 'CONFIG_KEY_UNKNOWN'],
    [['redis.maxMemoryMb=[1'], 'CONFIG_ASSIGNMENT_INVALID'],
  ] as const)
    await expect(setInManifest(log, words, because('x'))).rejects.toMatchObject({ code });
  await expect(setInManifest(log, ['redis.maxMemoryMb=1'], because(' '))).rejects.toMatchObject({
    code: 'CONFIG_REASON_MISSING',
  });
  expect(house.read()).toBe(writtenByHand);
  expect(await log.list()).toHaveLength(1);
});

test('what sets nothing else makes no generation', async () => {
  const log = house.log();
  expect(await setInManifest(log, ['redis.maxMemoryMb=256'], because('x'))).toEqual({ generation: undefined, changes: [] });
  expect(await log.list()).toEqual([]);
});

test('an edit by hand is drift until it is taken over, and nobody sets values over it unseen', async () => {
  const log = house.log();
  expect(await findDrift(log)).toMatchObject({ state: 'unrecorded' });
  await recordFirstGeneration(log, 'ada');
  expect(await findDrift(log)).toMatchObject({ state: 'none', newest: 1, lines: expect.any(Array) });
  house.write(writtenByHand.replace('256', '300'));
  expect(await findDrift(log)).toMatchObject({
    state: 'edited',
    problems: [],
    owner: expect.any(String),
    changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 300 }],
  });
  await expect(setInManifest(log, ['listen.port=8001'], because('x'))).rejects.toMatchObject({ code: 'CONFIG_DRIFTED' });
  expect(await adoptManifest(log, because('Ada asked for it by telephone'))).toMatchObject({ generation: 2 });
  expect(await findDrift(log)).toMatchObject({ state: 'none', newest: 2 });
  expect(await adoptManifest(log, because('again'))).toMatchObject({ generation: undefined });
});

test('an edit by hand that broke the file is told, not taken over, and put back', async () => {
  const log = house.log();
  await recordFirstGeneration(log, 'ada');
  for (const broken of ['profile: [evaluation', 'profile: evaluation\ntyres: 4\n']) {
    house.write(broken);
    expect((await findDrift(log)).problems).toHaveLength(1);
    await expect(adoptManifest(log, because('x'))).rejects.toMatchObject({ code: expect.stringMatching(/^MANIFEST_/) });
    await restoreManifest(log, undefined, because('put back'));
    expect(house.read()).toBe(writtenByHand);
  }
  rmSync(house.place.file);
  expect(await findDrift(log)).toMatchObject({ state: 'missing' });
  await restoreManifest(log, 1, because('put back'));
  expect(house.read()).toBe(writtenByHand);
  expect((await log.verify()).problems).toEqual([]);
});

test('an older generation comes back as a new one', async () => {
  const log = house.log();
  await setInManifest(log, ['redis.maxMemoryMb=512'], because('more'));
  expect(await restoreManifest(log, 1, because('it was too much'))).toEqual({
    generation: 3,
    changes: [{ key: 'redis.maxMemoryMb', before: 512, after: 256 }],
  });
  expect(house.read()).toBe(writtenByHand);
  await expect(restoreManifest(log, 9, because('x'))).rejects.toMatchObject({ code: 'GENERATION_NOT_FOUND' });
});

test('a profile that says something else than it did is drift of its own', async () => {
  const log = house.log();
  await recordFirstGeneration(log, 'ada');
  const profile = join(house.place.profiles, 'evaluation.yaml');
  const { readFileSync } = await import('node:fs');
  writeFileSync(profile, readFileSync(profile, 'utf8').replace('poolSize: 8', 'poolSize: 9'));
  expect(await findDrift(log)).toMatchObject({
    state: 'profile-changed',
    changes: [{ key: 'postgres.poolSize', before: 8, after: 9 }],
  });
  expect(await adoptManifest(log, because('the new release'))).toMatchObject({ generation: 2 });
});

test('the file keeps its mode, and the key is its owner’s alone', async () => {
  chmodSync(house.place.file, 0o640);
  await setInManifest(house.log(), ['redis.maxMemoryMb=512'], because('more'));
  expect(statSync(house.place.file).mode & 0o777).toBe(0o640);
  expect(statSync(join(house.place.secrets, 'generations', 'signing-key.pem')).mode & 0o777).toBe(0o600);
});

test('writers at once take turns: each makes its generation, and none is lost', async () => {
  const log = house.log();
  await Promise.all(
    [1, 2, 3, 4].map((count) => setInManifest(house.log(), [`queues.image.concurrency=${count + 10}`], because(`${count}`))),
  );
  const generations = await log.list();
  expect(generations.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(generations.slice(1).map(({ reason }) => reason))).toEqual(new Set(['1', '2', '3', '4']));
  expect((await log.verify()).problems).toEqual([]);
});

test('without git, without a repository and without its key, that is what is said', async () => {
  await expect(recordFirstGeneration(house.log({ git: '/nowhere/git' }), 'ada')).rejects.toMatchObject({
    code: 'GENERATIONS_GIT_MISSING',
    action: expect.stringContaining('apt-get install git'),
  });
  rmSync(house.place.repository, { recursive: true });
  mkdirSync(house.place.repository);
  writeFileSync(join(house.place.repository, 'holiday.jpg'), '');
  await expect(recordFirstGeneration(house.log(), 'ada')).rejects.toMatchObject({ code: 'GENERATIONS_NOT_A_REPOSITORY' });
  rmSync(house.place.repository, { recursive: true });
  writeFileSync(house.place.repository, '');
  await expect(recordFirstGeneration(house.log(), 'ada')).rejects.toMatchObject({ code: 'GENERATIONS_NOT_A_REPOSITORY' });
  rmSync(house.place.repository);
  await recordFirstGeneration(house.log(), 'ada');
  rmSync(join(house.place.secrets, 'generations', 'signing-key.pem'));
  await expect(setInManifest(house.log(), ['listen.port=1'], because('x'))).rejects.toMatchObject({
    code: 'GENERATIONS_KEY_MISSING',
  });
  expect(house.read()).toBe(writtenByHand);
});

test('a manifest that is no file cannot be read, and nothing is recorded', async () => {
  rmSync(house.place.file);
  mkdirSync(house.place.file);
  await expect(recordFirstGeneration(house.log(), 'ada')).rejects.toMatchObject({ code: 'MANIFEST_UNREADABLE' });
  expect(await house.log().list()).toEqual([]);
});
