import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256Of } from './domain/generation-record.ts';
import { adoptManifest, editManifest, restoreManifest, setInManifest } from './manifest-changes.ts';
import { previewEdit } from './manifest-edit.ts';
import { House, writtenByHand } from './testing/house.ts';

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(() => house.close());

const because = (reason: string) => ({ author: 'ada', reason });
const stale = { code: 'CONFIG_GENERATION_STALE', kind: 'conflict' };

test('a value that is taken out is again what the profile says; comments of others stay', async () => {
  const log = house.log();
  const changed = await editManifest(log, { unset: ['redis.maxMemoryMb'] }, because('no longer'));
  expect(changed).toEqual({ generation: 2, changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 128 }] });
  expect(house.read()).toBe(
    '# Ours since the move.\nprofile: evaluation\nmover: { promotion: null } # nothing comes back by itself\n',
  );
  expect((await log.verify()).problems).toEqual([]);
});

test('an entry of a list is taken out by its name, also where only the profile has the list', async () => {
  const log = house.log();
  await editManifest(log, { unset: ['zones.here'] }, because('nobody'));
  expect(house.read()).toContain('zones: []');
  expect(await editManifest(log, { unset: ['zones'] }, because('as before'))).toMatchObject({ generation: 3 });
});

test.each([
  ['postgres.poolSize', 'CONFIG_KEY_UNKNOWN', /does not say postgres\.poolSize/],
  ['tiers.lukewarm', 'CONFIG_KEY_UNKNOWN', /no entry "lukewarm"/],
  ['redis..x', 'CONFIG_ASSIGNMENT_INVALID', /is no key/],
  ['profile', 'MANIFEST_INVALID', /profile is not there/],
])('taking out %s is refused, and nothing has changed', async (key, code, message) => {
  await expect(editManifest(house.log(), { unset: [key] }, because('x'))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
  expect(house.read()).toBe(writtenByHand);
});

test('another text is saved as it is written, and shown before', async () => {
  const log = house.log();
  const text = writtenByHand.replace('256', '512').replace('asked for by Ada', 'asked for by Grace');
  expect(previewEdit(log.place, { text })).toMatchObject({
    mistakes: [],
    changes: [{ key: 'redis.maxMemoryMb', before: 256, after: 512 }],
  });
  expect(house.read()).toBe(writtenByHand);
  await editManifest(log, { text }, because('Grace'));
  expect(house.read()).toBe(text);
  const broken = previewEdit(log.place, { text: `${text}tyres: 4\n` });
  expect(broken).toMatchObject({ changes: [], mistakes: [{ line: 8, key: 'tyres', value: '4' }] });
  expect(broken.lines.at(-1)).toEqual({ kind: 'added', text: 'tyres: 4' });
});

test('whoever was slower than somebody else is told, and has changed nothing', async () => {
  const log = house.log();
  await setInManifest(log, ['redis.maxMemoryMb=300'], { ...because('first'), base: null });
  const late = { ...because('late'), base: 1 };
  await expect(setInManifest(log, ['redis.maxMemoryMb=400'], late)).rejects.toMatchObject(stale);
  await expect(setInManifest(log, ['redis.maxMemoryMb=400'], { ...late, base: null })).rejects.toMatchObject(stale);
  await expect(restoreManifest(log, 1, late)).rejects.toMatchObject(stale);
  expect(await setInManifest(log, ['redis.maxMemoryMb=400'], { ...late, base: 2 })).toMatchObject({ generation: 3 });
  house.write(`${house.read()}# by hand\n`);
  const seen = { ...because('seen'), base: 3, baseSha256: sha256Of(house.read()) };
  house.write(`${house.read()}# and again\n`);
  await expect(adoptManifest(log, seen)).rejects.toMatchObject(stale);
  expect(await adoptManifest(log, { ...seen, baseSha256: sha256Of(house.read()) })).toMatchObject({ generation: 4 });
});
