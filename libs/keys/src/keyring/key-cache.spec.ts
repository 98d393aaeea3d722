import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { newId } from '#kernel';
import { KeyCache } from './key-cache.ts';

const organisationId = newId();
const nameOf = (keyId: string, version = 1) => ({ organisationId, keyId, version });
let now = 0;
const clock = { now: () => new Date(), monotonicMs: () => now };
const isZero = (key: Buffer) => key.every((byte) => byte === 0);

test('a key is lent until its time is over, and overwritten then', () => {
  const cache = new KeyCache(1000, 10, clock);
  const key = randomBytes(32);
  const keyId = newId();
  cache.keep(nameOf(keyId), key);
  now += 499;
  expect(cache.lend(nameOf(keyId), (lent) => lent.length)).toEqual({ result: 32, isAgeing: false });
  now += 1;
  expect(cache.lend(nameOf(keyId), (lent) => lent.length)).toEqual({ result: 32, isAgeing: true });
  now += 500;
  expect(cache.lend(nameOf(keyId), () => 1)).toBeUndefined();
  expect([cache.size, isZero(key)]).toEqual([0, true]);
});

test('a full cache drops what was not used for longest', () => {
  const cache = new KeyCache(1000, 3, clock);
  const ids = Array.from({ length: 4 }, newId) as [string, string, string, string];
  const keys = ids.map(() => randomBytes(32)) as [Buffer, Buffer, Buffer, Buffer];
  for (const index of [0, 1, 2] as const) cache.keep(nameOf(ids[index]), keys[index]);
  cache.lend(nameOf(ids[0]), () => 0);
  cache.keep(nameOf(ids[3]), keys[3]);
  expect(keys.map(isZero)).toEqual([false, true, false, false]);
  cache.clear();
  expect(keys.every(isZero)).toBe(true);
});

test('forgetting a key drops all its versions and no others', () => {
  const cache = new KeyCache(1000, 10, clock);
  const [gone, stays] = [newId(), newId()];
  for (const name of [nameOf(gone), nameOf(gone, 2), nameOf(stays)]) cache.keep(name, randomBytes(32));
  cache.forget(gone);
  expect(cache.lend(nameOf(gone, 2), () => 1)).toBeUndefined();
  expect(cache.lend(nameOf(stays), () => 1)?.result).toBe(1);
  cache.forgetOrganisation(organisationId);
  expect(cache.size).toBe(0);
});

test('a key that was being read while something was forgotten is not kept', () => {
  const cache = new KeyCache(1000, 10, clock);
  const { forgettings } = cache;
  cache.forgetOrganisation(organisationId);
  const key = randomBytes(32);
  cache.keep(nameOf(newId()), key, forgettings);
  expect([cache.size, isZero(key)]).toEqual([0, true]);
});

test('what is kept again replaces what was there', () => {
  const cache = new KeyCache(1000, 10, clock);
  const [former, next] = [randomBytes(32), randomBytes(32)];
  const name = nameOf(newId());
  cache.keep(name, former);
  cache.keep(name, next);
  expect([isZero(former), cache.lend(name, (key) => key.equals(next))?.result]).toEqual([true, true]);
  cache.clear();
});
