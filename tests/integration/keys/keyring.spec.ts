import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, runAs } from '#kernel';
import type { KeyOwner, WrappedKey } from '#keys';
import { type KeyHouse, makeKeyHouse } from './key-house.ts';

let house: KeyHouse;
beforeAll(async () => {
  house = await makeKeyHouse();
});
afterAll(() => house?.close());

const person = (): KeyOwner => ({ kind: 'person', id: newId() });
const owners: [string, () => KeyOwner][] = [
  ['the organisation', () => ({ kind: 'organisation' })],
  ['a person', person],
  ['a collection', () => ({ kind: 'collection', id: newId() })],
];

test.each(owners)('a data key of %s comes back in another process, and for its own object only', async (_, ownerOf) => {
  await house.inMuseum(async () => {
    const objectId = newId();
    const { dataKey, wrapped } = await house.keyring.newDataKey(ownerOf(), objectId);
    expect(wrapped.wrapped).toHaveLength(60);
    const elsewhere = house.newServices().keyring;
    expect(await elsewhere.openDataKey(wrapped, objectId)).toEqual(dataKey);
    const invalid = { code: 'KEYS_CIPHERTEXT_INVALID' };
    await expect(elsewhere.openDataKey(wrapped, newId())).rejects.toMatchObject(invalid);
    const flipped = Buffer.from(wrapped.wrapped);
    flipped[20] = (flipped[20] as number) ^ 1;
    await expect(elsewhere.openDataKey({ ...wrapped, wrapped: flipped }, objectId)).rejects.toMatchObject(invalid);
  });
});

test('another organisation can do nothing with the same wrapped key', async () => {
  const objectId = newId();
  const { wrapped } = await house.inMuseum(() => house.keyring.newDataKey(person(), objectId));
  const opened = runAs(house.archive, () => house.keyring.openDataKey(wrapped, objectId));
  await expect(opened).rejects.toMatchObject({ code: 'KEYS_KEY_UNKNOWN' });
});

test('K21 keys that were exchanged between rows of the database do not open', async () => {
  const swap = newId();
  const [one, other] = await house.inMuseum(async () => {
    const made = [await house.keyring.newDataKey(person(), swap), await house.keyring.newDataKey(person(), swap)];
    return made.map(({ wrapped }) => wrapped) as [WrappedKey, WrappedKey];
  });
  await house.rows(
    `UPDATE encryption_key_version v SET wrapped = o.wrapped FROM encryption_key_version o WHERE v.key_id = $1 AND o.key_id = $2`,
    [one.keyId, other.keyId],
  );
  const opened = house.inMuseum(() => house.newServices().keyring.openDataKey(one, swap));
  await expect(opened).rejects.toMatchObject({ code: 'KEYS_CIPHERTEXT_INVALID' });
});

test('the first use of an owner by many at once, in several processes, makes one key', async () => {
  const owner = person();
  const keyrings = [house.keyring, house.newServices().keyring, house.newServices().keyring];
  const made = await house.inMuseum(() =>
    Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const objectId = newId();
        const keyring = keyrings[index % keyrings.length] as (typeof keyrings)[0];
        const work = () => keyring.newDataKey(owner, objectId);
        return { objectId, ...(await (index % 2 ? house.tenant.run(work) : work())) };
      }),
    ),
  );
  expect(new Set(made.map(({ wrapped }) => wrapped.keyId)).size).toBe(1);
  const reader = house.newServices().keyring;
  const opened = await house.inMuseum(() =>
    Promise.all(made.map(({ wrapped, objectId }) => reader.openDataKey(wrapped, objectId))),
  );
  expect(opened).toEqual(made.map(({ dataKey }) => dataKey));
});

test('a thousand keys are opened with one question to the provider', async () => {
  const objectId = newId();
  const { wrapped } = await house.inMuseum(() => house.keyring.newDataKey(person(), objectId));
  const reader = house.newServices().keyring;
  const before = house.provider.calls.decrypt ?? 0;
  await house.inMuseum(() => Promise.all(Array.from({ length: 1000 }, () => reader.openDataKey(wrapped, objectId))));
  // The person's key, and the organisation's below it.
  expect((house.provider.calls.decrypt ?? 0) - before).toBe(2);
});

test('K13 while the provider is away what is cached opens, and nothing new is made; sealed, nothing opens', async () => {
  const objectId = newId();
  const known = await house.inMuseum(() => house.keyring.newDataKey(person(), objectId));
  const stranger = await house.inMuseum(() => house.newServices().keyring.newDataKey(person(), objectId));
  try {
    house.provider.state = 'DEGRADED';
    await house.inMuseum(async () => {
      expect(await house.keyring.openDataKey(known.wrapped, objectId)).toEqual(known.dataKey);
      const away = { code: 'KEYS_UNAVAILABLE', kind: 'unavailable' };
      await expect(house.keyring.openDataKey(stranger.wrapped, objectId)).rejects.toMatchObject(away);
      await expect(house.keyring.newDataKey(person(), objectId)).rejects.toMatchObject(away);
      await expect(house.keyring.rewrapDataKey(known.wrapped, objectId, person())).rejects.toMatchObject(away);
      house.provider.state = 'SEALED';
      await expect(house.keyring.openDataKey(known.wrapped, objectId)).rejects.toMatchObject({ code: 'KEYS_SEALED' });
      await expect(house.keyring.requireReady()).rejects.toMatchObject({ code: 'KEYS_SEALED' });
    });
  } finally {
    house.provider.state = 'READY';
  }
  await house.inMuseum(async () =>
    expect(await house.keyring.openDataKey(stranger.wrapped, objectId)).toEqual(stranger.dataKey),
  );
});

test('a key that is in use is read again at half its time, outside the transaction that it was asked for in', async () => {
  const objectId = newId();
  const reader = house.newServices({ cacheMs: 400 }).keyring;
  await house.inMuseum(async () => {
    const { dataKey, wrapped } = await reader.newDataKey(person(), objectId);
    const deadline = Date.now() + 2000;
    while (Date.now() < deadline) {
      expect(await house.tenant.run(() => reader.openDataKey(wrapped, objectId))).toEqual(dataKey);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    house.provider.state = 'DEGRADED';
    // At least half of its time is left.
    expect(await reader.openDataKey(wrapped, objectId).finally(() => {})).toEqual(dataKey);
    house.provider.state = 'READY';
  });
});

test('a data key moves to another owner and stays the same', async () => {
  const objectId = newId();
  await house.inMuseum(async () => {
    const { dataKey, wrapped } = await house.keyring.newDataKey({ kind: 'organisation' }, objectId);
    const moved = await house.keyring.rewrapDataKey(wrapped, objectId, person());
    expect(moved.keyId).not.toBe(wrapped.keyId);
    expect(await house.keyring.openDataKey(moved, objectId)).toEqual(dataKey);
    const again = await house.keyring.rewrapDataKey(moved, objectId, { keyId: wrapped.keyId });
    expect(again.keyId).toBe(wrapped.keyId);
  });
});

test('what is no owner or no object is refused before anything is made', async () => {
  await house.inMuseum(async () => {
    const refused = house.keyring.newDataKey({ kind: 'person', id: '../sys' }, newId());
    await expect(refused).rejects.toMatchObject({ code: 'KEYS_OWNER_INVALID' });
    const unknown = house.keyring.newDataKey({ keyId: newId() }, newId());
    await expect(unknown).rejects.toMatchObject({ code: 'KEYS_KEY_UNKNOWN' });
    const wrapped = { keyId: newId(), keyVersion: 1, wrapped: randomBytes(60) };
    await expect(house.keyring.openDataKey(wrapped, newId())).rejects.toMatchObject({ code: 'KEYS_KEY_UNKNOWN' });
  });
});
