import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { newId, runAs } from '#kernel';
import type { KeyOwner, Tombstone } from '#keys';
import { findCheckout } from '#manifest';
import { type KeyHouse, makeKeyHouse } from './key-house.ts';

let house: KeyHouse;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-erasure-'));
beforeEach(async () => {
  await house?.close();
  house = await makeKeyHouse();
});
afterAll(async () => {
  await house?.close();
  rmSync(folder, { recursive: true });
});

const person = (id = newId()): KeyOwner => ({ kind: 'person', id });
const destroyed = { code: 'KEYS_DESTROYED', kind: 'gone' };
const ledger = () => readFileSync(house.ledgerPath, 'utf8').trimEnd().split('\n');

/** A person with data keys, whom two processes have in their caches. */
async function somebody() {
  const owner = person();
  const made = await house.holder.fill(house.keyring, owner, 3);
  const elsewhere = house.newServices();
  expect(await house.holder.lost(elsewhere.keyring, made)).toEqual([]);
  const [objectId] = made.keys() as unknown as [string];
  return { owner, made, elsewhere, objectId, wrapped: await house.holder.find(objectId) };
}

test('K10 a person’s key is destroyed: nothing of theirs opens any more in any process, nothing new can be made, others stay', async () => {
  await house.inMuseum(async () => {
    const { owner, made, elsewhere, objectId, wrapped } = await somebody();
    const others = await house.holder.fill(house.keyring, person(), 2);
    const tombstone = await house.services.erasure.destroyKey(wrapped.keyId);
    expect(tombstone).toMatchObject({ sequence: 1, act: 'key-destroyed', keyId: wrapped.keyId, keyKind: 'person' });
    for (const { keyring } of [house.services, elsewhere, house.newServices()]) {
      await expect(keyring.openDataKey(wrapped, objectId)).rejects.toMatchObject(destroyed);
      await expect(keyring.newDataKey(owner, newId())).rejects.toMatchObject(destroyed);
      await expect(keyring.rewrapDataKey(wrapped, objectId, person())).rejects.toMatchObject(destroyed);
    }
    await expect(house.services.keys.rotate(wrapped.keyId)).rejects.toMatchObject(destroyed);
    expect((await house.holder.lost(house.keyring, made)).length).toBe(made.size);
    expect(await house.holder.lost(house.keyring, others)).toEqual([]);
    expect(await house.services.erasure.destroyKey(wrapped.keyId)).toEqual(tombstone);
  });
  expect(ledger()).toHaveLength(1);
  const audit = await house.rows(`SELECT action FROM audit_event WHERE action LIKE 'key.%' ORDER BY id`);
  expect(audit).toEqual([{ action: 'key.destroyed' }, { action: 'key.gone' }]);
});

test('K10 a key that another process was just reading when it was destroyed is not used there either', async () => {
  await house.inMuseum(async () => {
    const { wrapped, objectId } = await somebody();
    const decrypt = house.provider.decrypt.bind(house.provider);
    let isReading = () => {};
    const reading = new Promise<void>((resolve) => {
      isReading = resolve;
    });
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow = Object.assign(Object.create(house.provider) as typeof house.provider, {
      health: () => house.provider.health(),
      decrypt: async (...given: Parameters<typeof decrypt>) => {
        isReading();
        await held;
        return decrypt(...given);
      },
    });
    const elsewhere = house.newServices({ provider: slow });
    const opening = elsewhere.keyring.openDataKey(wrapped, objectId);
    const answered = expect(opening).rejects.toMatchObject(destroyed);
    await reading;
    await house.services.erasure.destroyKey(wrapped.keyId);
    goOn();
    await answered;
  });
});

test('tombstones hold identifiers and times, and nothing about anybody', async () => {
  await house.inMuseum(async () => {
    const { wrapped } = await somebody();
    await house.services.erasure.destroyKey(wrapped.keyId);
  });
  const names = Object.keys(JSON.parse(ledger()[0] as string));
  expect(names.sort()).toEqual(
    [
      'act',
      'at',
      'format',
      'keyId',
      'keyKind',
      'objectIds',
      'organisationId',
      'previous',
      'publicKey',
      'sequence',
      'signature',
    ].sort(),
  );
});

test('another organisation cannot destroy the key, and the organisation’s own goes only when that is said to be meant', async () => {
  const { wrapped, made } = await house.inMuseum(somebody);
  const foreign = runAs(house.archive, () => house.services.erasure.destroyKey(wrapped.keyId));
  await expect(foreign).rejects.toMatchObject({ code: 'KEYS_KEY_UNKNOWN' });
  await house.inMuseum(async () => {
    const own = await house.keyring.newDataKey({ kind: 'organisation' }, newId());
    const kept = house.services.erasure.destroyKey(own.wrapped.keyId);
    await expect(kept).rejects.toMatchObject({ code: 'KEYS_ORGANISATION_KEPT' });
    expect(await house.holder.lost(house.keyring, made)).toEqual([]);
    await house.services.erasure.destroyKey(own.wrapped.keyId, { wholeOrganisation: true });
    expect((await house.holder.lost(house.newServices().keyring, made)).length).toBe(made.size);
    await expect(house.keyring.newDataKey(person(), newId())).rejects.toMatchObject(destroyed);
  });
});

/** What a backup of the database holds of the keys, and its restoring. */
async function backUp(keyId: string) {
  const keys = await house.rows<{ wrapped: string; version: number }>(
    'SELECT version, wrapped FROM encryption_key_version WHERE key_id = $1',
    [keyId],
  );
  return async () => {
    await house.rows('UPDATE encryption_key SET destroyed_at = NULL WHERE id = $1', [keyId]);
    for (const { version, wrapped } of keys)
      await house.rows(`UPDATE encryption_key_version SET wrapped = $3, state = 'current' WHERE key_id = $1 AND version = $2`, [
        keyId,
        version,
        wrapped,
      ]);
    await house.asOwner('ALTER TABLE key_tombstone NO FORCE ROW LEVEL SECURITY; DELETE FROM key_tombstone');
  };
}

test('K11 a backup from before brings the key back; the tombstones destroy it again, and tell everybody who holds something', async () => {
  await house.inMuseum(async () => {
    const { made, wrapped, objectId } = await somebody();
    const restore = await backUp(wrapped.keyId);
    await house.services.erasure.destroyKey(wrapped.keyId);
    await restore();
    const restored = house.newServices();
    expect(await house.holder.lost(restored.keyring, made)).toEqual([]);
    const told: Tombstone[] = [];
    restored.erasables.register({ name: 'test', eraseAgain: async (tombstone) => void told.push(tombstone) });
    house.provider.state = 'SEALED';
    expect(await restored.erasure.applyTombstones()).toBe(1);
    house.provider.state = 'READY';
    await expect(restored.keyring.openDataKey(wrapped, objectId)).rejects.toMatchObject(destroyed);
    expect(told).toMatchObject([{ sequence: 1, keyId: wrapped.keyId }]);
    expect(await restored.erasure.applyTombstones()).toBe(0);
    expect(await restored.erasure.applyTombstones({ everything: true })).toBe(1);
  });
});

test('K10 once the backup window is over, what a backup brings back opens no more, even without tombstones', async () => {
  await house.inMuseum(async () => {
    const { made, wrapped, objectId } = await somebody();
    const restore = await backUp(wrapped.keyId);
    await house.services.erasure.destroyKey(wrapped.keyId);
    const certificate = await house.services.certificates.ofKey(wrapped.keyId);
    expect((await house.daysLater(1.1).upkeep.run()).rotated).toContain('hf-subject');
    expect((await house.daysLater(31.5).upkeep.run()).trimmed).toContain('hf-subject');
    expect(Date.parse(certificate.certificate.backupsUnreadableAt as string)).toBeGreaterThan(Date.now() + 31.5 * 86_400_000);
    await restore();
    const opened = house.newServices().keyring.openDataKey(wrapped, objectId);
    await expect(opened).rejects.toMatchObject({ code: 'KEYS_VERSION_DESTROYED', kind: 'gone' });
    expect((await house.holder.lost(house.keyring, made)).length).toBe(made.size);
  });
});

test('objects are destroyed by whoever holds them; what failed is done by the next round of upkeep', async () => {
  await house.inMuseum(async () => {
    const { made } = await somebody();
    const [first, second] = [...made.keys()] as [string, string];
    let isAway = true;
    const eraseAgain = async ({ objectIds }: Tombstone) => {
      if (isAway) throw new Error('The disk is away.');
      await house.rows('DELETE FROM scratch_data_key WHERE object_id = ANY($1)', [objectIds]);
    };
    house.services.erasables.register({ name: 'scratch', eraseAgain });
    await expect(house.services.erasure.destroyObjects([first])).rejects.toThrow('The disk is away.');
    isAway = false;
    expect(await house.services.upkeep.run()).toMatchObject({ tombstones: 1, problems: [] });
    expect(await house.holder.lost(house.keyring, made)).toEqual([first]);
    const [tombstone] = await house.services.erasure.destroyObjects([second]);
    expect(tombstone).toMatchObject({ sequence: 2, act: 'objects-destroyed', keyId: null, objectIds: [second] });
    expect((await house.holder.lost(house.keyring, made)).sort()).toEqual([first, second].sort());
  });
});

test('a ledger that was changed, reordered or cut in the middle is refused by the line; a torn last line does not count', async () => {
  await house.inMuseum(async () => {
    for (let count = 0; count < 3; count++) await house.services.erasure.destroyKey((await somebody()).wrapped.keyId);
    const [one, two, three] = ledger() as [string, string, string];
    const apply = () => house.newServices().erasure.applyTombstones();
    await house.asOwner('ALTER TABLE key_tombstone NO FORCE ROW LEVEL SECURITY; DELETE FROM key_tombstone');
    const id = /"keyId":"([0-9a-f-]+)"/.exec(two)?.[1] as string;
    for (const [lines, sequence] of [
      [[one, two.replaceAll(id, newId()), three], 2],
      [[one, three], 2],
      [[one, three, two], 2],
      [[two, three], 1],
      [[one, two, three.replace('"at":"2', '"at":"3')], 3],
      [[one, 'nonsense', three], 2],
    ] as const) {
      writeFileSync(house.ledgerPath, `${lines.join('\n')}\n`);
      await expect(apply()).rejects.toMatchObject({ code: 'KEYS_LEDGER_DAMAGED', values: { sequence } });
    }
    writeFileSync(house.ledgerPath, `${[one, two, three].join('\n')}\n`);
    appendFileSync(house.ledgerPath, '{"act":"key-des');
    expect(await apply()).toBe(3);
    const next = await house.services.erasure.destroyKey((await somebody()).wrapped.keyId);
    expect(next.sequence).toBe(4);
    expect(ledger()).toHaveLength(4);
  });
});

test('a ledger that was lost or rolled back is made whole from the database', async () => {
  await house.inMuseum(async () => {
    for (let count = 0; count < 3; count++) await house.services.erasure.destroyKey((await somebody()).wrapped.keyId);
    const whole = readFileSync(house.ledgerPath, 'utf8');
    truncateSync(house.ledgerPath, (ledger()[0] as string).length + 1);
    await house.services.erasure.applyTombstones();
    expect(readFileSync(house.ledgerPath, 'utf8')).toBe(whole);
    rmSync(house.ledgerPath);
    await house.services.erasure.applyTombstones();
    expect(readFileSync(house.ledgerPath, 'utf8')).toBe(whole);
  });
});

test('ten keys destroyed at once by two processes make one chain', async () => {
  await house.inMuseum(async () => {
    const wrapped = await Promise.all(
      Array.from({ length: 10 }, async () => (await house.keyring.newDataKey(person(), newId())).wrapped),
    );
    const both = [house.services, house.newServices()] as const;
    await Promise.all(wrapped.map(({ keyId }, index) => both[index % 2 ? 1 : 0].erasure.destroyKey(keyId)));
    expect(ledger()).toHaveLength(10);
    expect(await house.newServices().erasure.applyTombstones({ everything: true })).toBe(10);
  });
});

test('no certificate is given for a key that is there; one that is given verifies elsewhere with the public key alone', async (ctx) => {
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import cryptography']).status !== 0) ctx.skip('python3-cryptography is not installed');
  const { document, publicKey } = await house.inMuseum(async () => {
    const { wrapped } = await somebody();
    const early = house.services.certificates.ofKey(wrapped.keyId);
    await expect(early).rejects.toMatchObject({ code: 'KEYS_NOT_ERASED' });
    await house.services.erasure.destroyKey(wrapped.keyId);
    const document = await house.services.certificates.ofKey(wrapped.keyId);
    expect(await house.newServices().certificates.ofKey(wrapped.keyId)).toEqual(document);
    return { document, publicKey: await house.services.certificates.publicKey() };
  });
  const file = join(folder, 'certificate.json');
  const program = join(findCheckout(), 'scripts', 'recovery', 'verify_certificate.py');
  const verify = (value: unknown, key = publicKey) => {
    writeFileSync(file, JSON.stringify(value));
    return spawnSync(python, [program, file, '--public-key', key, '--ledger', house.ledgerPath], { encoding: 'utf8' });
  };
  expect(verify(document)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^VALID: key /) });
  const changed = { ...document, certificate: { ...document.certificate, destroyedAt: '2020-01-01T00:00:00.000Z' } };
  expect(verify(changed)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^REFUSED: The certificate was not signed/),
  });
  expect(verify(document, Buffer.alloc(32, 7).toString('base64')).status).toBe(1);
  writeFileSync(house.ledgerPath, `${(ledger()[0] as string).replace('person', 'collection')}\n`);
  expect(verify(document)).toMatchObject({ status: 1, stderr: expect.stringMatching(/Line 1 of the ledger/) });
});

test('a certificate for objects is given once they are gone, and verifies with the tombstones that it names', async (ctx) => {
  const python = '/usr/bin/python3';
  if (spawnSync(python, ['-c', 'import cryptography']).status !== 0) ctx.skip('python3-cryptography is not installed');
  const { certificates, erasables, erasure } = house.services;
  const { document, publicKey } = await house.inMuseum(async () => {
    const { made } = await somebody();
    let isKept = true;
    const eraseAgain = async ({ objectIds }: Tombstone) => {
      if (!isKept) await house.rows('DELETE FROM scratch_data_key WHERE object_id = ANY($1)', [objectIds]);
    };
    erasables.register({ name: 'scratch', eraseAgain });
    const written = await erasure.destroyObjects([...made.keys()]);
    const sequences = written.map(({ sequence }) => sequence);
    await expect(certificates.ofObjects(sequences)).rejects.toMatchObject({ code: 'KEYS_NOT_ERASED' });
    isKept = false;
    await erasure.applyTombstones({ everything: true });
    return { document: await certificates.ofObjects(sequences), publicKey: await certificates.publicKey() };
  });
  const file = join(folder, 'objects.json');
  writeFileSync(file, JSON.stringify(document));
  const program = join(findCheckout(), 'scripts', 'recovery', 'verify_certificate.py');
  const verify = () =>
    spawnSync(python, [program, file, '--public-key', publicKey, '--ledger', house.ledgerPath], { encoding: 'utf8' });
  expect(verify()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^VALID: the data keys of 3 objects/) });
  writeFileSync(house.ledgerPath, '');
  expect(verify()).toMatchObject({ status: 1, stderr: expect.stringMatching(/does not hold the tombstone 1/) });
});
