import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel';
import { type KeyOwner, TableKeyHolder } from '#keys';
import { type KeyHouse, makeKeyHouse } from './key-house.ts';

let house: KeyHouse;
beforeAll(async () => {
  house = await makeKeyHouse();
});
afterAll(() => house?.close());

const person = (): KeyOwner => ({ kind: 'person', id: newId() });
const inUse = (values: Record<string, unknown>) => ({ code: 'KEYS_VERSION_IN_USE', kind: 'conflict', values });
const anyKeyOf = async (made: Map<string, Buffer>) => house.holder.find([...made.keys()][0] as string);
const lost = (made: Map<string, Buffer>) => house.holder.lost(house.newServices().keyring, made);

test('a person’s key is rotated: every data key is wrapped anew and stays what it was, and new ones take the new version', async () => {
  const owner = person();
  await house.inMuseum(async () => {
    const made = await house.holder.fill(house.keyring, owner, 450);
    const { keyId } = await anyKeyOf(made);
    const done = await house.services.keys.rotate(keyId);
    expect(done).toMatchObject({ state: 'done', fromVersion: 1, toVersion: 2, rewrapped: 450, failed: 0 });
    expect([await house.holder.count(keyId, 1), await house.holder.count(keyId, 2)]).toEqual([0, 450]);
    expect(await lost(made)).toEqual([]);
    const { wrapped } = await house.newServices().keyring.newDataKey(owner, newId());
    expect(wrapped).toMatchObject({ keyId, keyVersion: 2 });
  });
  const audit = await house.rows(`SELECT detail FROM audit_event WHERE action = 'key.rotated'`);
  expect(audit).toEqual([{ detail: { version: 2, rewrapped: 450, failed: 0 } }]);
});

test('K09 a version that is in use is not retired, and the answer counts who uses it; afterwards it opens nothing more', async () => {
  const owner = person();
  await house.inMuseum(async () => {
    const made = await house.holder.fill(house.keyring, owner, 3);
    const former = await anyKeyOf(made);
    const retire = (days: number) => house.daysLater(days).retirement.retire(former.keyId, former.keyVersion);
    await expect(retire(100)).rejects.toMatchObject(inUse({ count: 3, users: { scratch_data_key: 3 } }));
    await house.services.keys.rotate(former.keyId);
    await expect(retire(0)).rejects.toMatchObject(inUse({ count: 0, mayGoAt: expect.any(Date) }));
    await retire(3);
    await retire(3);
    expect(await lost(made)).toEqual([]);
    const old = house.newServices().keyring.openDataKey(former, [...made.keys()][0] as string);
    await expect(old).rejects.toMatchObject({ code: 'KEYS_VERSION_RETIRED' });
    const current = house.daysLater(100).retirement.retire(former.keyId, 2);
    await expect(current).rejects.toMatchObject(inUse({ count: 3 }));
  });
});

test('where nobody speaks for a table that holds data keys, nothing is retired', async () => {
  await house.inMuseum(async () => {
    const { wrapped } = await house.keyring.newDataKey(person(), newId());
    await house.services.keys.rotate(wrapped.keyId);
    const services = house.daysLater(100);
    services.holders.all = () => [house.holder, new TableKeyHolder(house.tenant, 'stored_object')];
    const refused = services.retirement.retire(wrapped.keyId, 1);
    await expect(refused).rejects.toMatchObject({
      code: 'KEYS_HOLDER_MISSING',
      values: { missing: expect.arrayContaining(['sealed_text', 'upload']) },
    });
  });
});

test('the organisation’s key is rotated: what hangs directly on it and the keys of its people are wrapped anew', async () => {
  await house.inMuseum(async () => {
    const own = await house.holder.fill(house.keyring, { kind: 'organisation' }, 20);
    const made = await house.holder.fill(house.keyring, person(), 20);
    const { keyId } = await anyKeyOf(own);
    const users = await house.services.retirement.usersOf(keyId, 1);
    expect(users).toMatchObject({ scratch_data_key: 20, keys: expect.any(Number) });
    expect(await house.services.keys.rotate(keyId)).toMatchObject({ state: 'done', failed: 0 });
    expect(await house.services.retirement.usersOf(keyId, 1)).toEqual({});
    expect(await lost(own)).toEqual([]);
    expect(await lost(made)).toEqual([]);
    await house.daysLater(3).retirement.retire(keyId, 1);
    expect(await lost(made)).toEqual([]);
  });
});

test('a data key that is damaged is counted, stops nobody else, and keeps its version in use', async () => {
  await house.inMuseum(async () => {
    const made = await house.holder.fill(house.keyring, person(), 5);
    const [damaged] = made.keys();
    const { keyId } = await anyKeyOf(made);
    await house.rows(
      `UPDATE scratch_data_key SET wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1) WHERE object_id = $1`,
      [damaged],
    );
    expect(await house.services.keys.rotate(keyId)).toMatchObject({ state: 'done', rewrapped: 4, failed: 1 });
    expect(await lost(made)).toEqual([damaged]);
    const refused = house.daysLater(100).retirement.retire(keyId, 1);
    await expect(refused).rejects.toMatchObject(inUse({ count: 1, users: { scratch_data_key: 1 } }));
  });
});

test('data keys that are made while their key is rotated twice at once are all still there', async () => {
  const owner = person();
  await house.inMuseum(async () => {
    const made = await house.holder.fill(house.keyring, owner, 250);
    const { keyId } = await anyKeyOf(made);
    const writer = house.newServices();
    const more: Map<string, Buffer>[] = [];
    const writing = (async () => {
      for (let round = 0; round < 8; round++) more.push(await house.holder.fill(writer.keyring, owner, 10));
    })();
    await Promise.all([house.services.keys.rotate(keyId), house.newServices().keys.rotate(keyId), writing]);
    for (const each of [made, ...more]) expect(await lost(each)).toEqual([]);
    const versions = await house.rows('SELECT version, state FROM encryption_key_version WHERE key_id = $1 ORDER BY version', [
      keyId,
    ]);
    expect(versions.at(-1)).toMatchObject({ state: 'current' });
    expect(versions.filter(({ state }) => state === 'current')).toHaveLength(1);
  });
});

test('K09 a provider key is rotated, and its old versions go only when nothing is wrapped by them and no backup needs them', async () => {
  const name = 'hf-subject';
  const made = await house.inMuseum(() => house.holder.fill(house.keyring, person(), 5));
  const { latestVersion: former } = await house.provider.describe(name);
  const { providerKeys } = house.services;
  const tooEarly = house.daysLater(100).providerKeys.destroyBelow(name, former + 1);
  await expect(tooEarly).rejects.toMatchObject(inUse({ users: expect.any(Number) }));
  const kept = await house.systemRows(
    `SELECT organisation_id, key_id, version, wrapped FROM encryption_key_version WHERE provider_key = 'hf-subject' AND wrapped IS NOT NULL`,
  );
  expect(await providerKeys.rotate(name)).toMatchObject({ state: 'done', toVersion: former + 1, failed: 0 });
  const needed = providerKeys.destroyBelow(name, former + 1);
  await expect(needed).rejects.toMatchObject(inUse({ users: 0, neededUntil: expect.any(Date) }));
  expect(await house.daysLater(29).providerKeys.trim(name)).toBeNull();
  expect(await house.daysLater(31).providerKeys.trim(name)).toBe(former + 1);
  expect(await house.inMuseum(() => lost(made))).toEqual([]);
  // What an old backup holds opens no more, whatever else it brings back.
  for (const row of kept)
    await expect(house.provider.decrypt(name, row.wrapped as string, Buffer.alloc(0))).rejects.toMatchObject({
      code: 'KEYS_VERSION_DESTROYED',
    });
});

test('a key that is damaged in the database does not stop the rotation of the provider’s', async () => {
  const made = await house.inMuseum(() => house.holder.fill(house.keyring, person(), 1));
  const { wrapped } = await house.inMuseum(() => house.keyring.newDataKey(person(), newId()));
  const damage = (text: string) =>
    house.rows('UPDATE encryption_key_version SET wrapped = replace(wrapped, $2, $3) WHERE key_id = $1', [
      wrapped.keyId,
      ...(text === 'damage' ? ['vault:v', 'vault:v9'] : ['vault:v9', 'vault:v']),
    ]);
  await damage('damage');
  expect(await house.services.providerKeys.rotate('hf-subject')).toMatchObject({ state: 'done', failed: 1 });
  expect(await house.inMuseum(() => lost(made))).toEqual([]);
  await damage('heal');
});

test('upkeep rotates once a day, trims after the window, retires, and does nothing twice', async () => {
  const made = await house.inMuseum(() => house.holder.fill(house.keyring, person(), 3));
  expect(await house.services.upkeep.run()).toMatchObject({ rotated: [], trimmed: [], problems: [] });
  const tomorrow = await house.daysLater(1.01).upkeep.run();
  expect(tomorrow).toMatchObject({ rotated: ['hf-subject', 'hf-organisation'], trimmed: [], problems: [] });
  const { keyId } = await house.inMuseum(() => anyKeyOf(made));
  await house.inMuseum(() => house.services.keys.rotate(keyId));
  const later = await house.daysLater(40).upkeep.run();
  expect(later.problems).toEqual([]);
  expect(later.trimmed).toEqual(['hf-subject', 'hf-organisation']);
  expect(later.retired).toBeGreaterThan(0);
  const { versions } = await house.provider.describe('hf-subject');
  expect(versions.length).toBeLessThanOrEqual(2);
  expect(await house.inMuseum(() => lost(made))).toEqual([]);
});

test('while the provider is away upkeep says so and changes nothing', async () => {
  house.provider.state = 'DEGRADED';
  try {
    const report = await house.daysLater(200).upkeep.run();
    expect(report).toMatchObject({ rotated: [], trimmed: [], retired: 0 });
    expect(report.problems.length).toBeGreaterThan(0);
  } finally {
    house.provider.state = 'READY';
  }
});
