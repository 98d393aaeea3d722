import { createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyProvider, ProviderKeyName } from '#keys';

const refusal = (code: string) => expect.objectContaining({ name: 'HoldfastError', code });
const opensNot = { code: 'KEYS_CIPHERTEXT_INVALID', message: 'The ciphertext does not open under this key.' };
const bound = Buffer.from('bound');

/** An Ed25519 public key of 32 bytes as Node knows it (RFC 8410). */
function asPublicKey(raw: Buffer) {
  return createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });
}

/** A key provider to be tested, and what ends it. */
export interface OpenedProvider {
  provider: KeyProvider;
  close(): Promise<void>;
}

/** Forwards to a provider that is opened later: tests are declared before anything runs. */
type Lazily = () => KeyProvider;

async function newKey(provider: KeyProvider, kind: 'test' | 'sign-test' = 'test'): Promise<ProviderKeyName> {
  const name: ProviderKeyName = `hf-${kind}-${randomUUID()}`;
  await provider.ensureKey(name);
  return name;
}

function itEncrypts(current: Lazily): void {
  it('decrypts what it has encrypted, bound to the same associated data', async () => {
    const provider = current();
    const name = await newKey(provider);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 512 });
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (plaintext, associatedData) => {
        const { ciphertext, version } = await provider.encrypt(name, plaintext, associatedData);
        expect(version).toBe(1);
        expect(ciphertext).toMatch(/^vault:v1:[A-Za-z0-9+/]+=*$/);
        expect(await provider.decrypt(name, ciphertext, associatedData)).toEqual(Buffer.from(plaintext));
      }),
      { numRuns: 25 },
    );
  });

  it('never makes the same ciphertext twice', async () => {
    const provider = current();
    const name = await newKey(provider);
    const made = await Promise.all(Array.from({ length: 20 }, () => provider.encrypt(name, Buffer.alloc(32), bound)));
    expect(new Set(made.map(({ ciphertext }) => ciphertext)).size).toBe(20);
  });

  it('answers a wrong key, other associated data and every tampered ciphertext alike', async () => {
    const provider = current();
    const [name, other] = [await newKey(provider), await newKey(provider)];
    const { ciphertext } = await provider.encrypt(name, randomBytes(32), bound);
    const body = Buffer.from(ciphertext.slice('vault:v1:'.length), 'base64');
    const flipped = Array.from({ length: 6 }, (_, index) => {
      const changed = Buffer.from(body);
      const at = Math.floor((index * (body.length - 1)) / 5);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return `vault:v1:${changed.toString('base64')}`;
    });
    const cut = [`vault:v1:${body.subarray(0, -1).toString('base64')}`, `vault:v1:${body.subarray(0, 5).toString('base64')}`];
    const nonsense = [
      '',
      'vault:v1:',
      'vault:v0:AAAA',
      'vault:v99:AAAA',
      ciphertext.slice(8),
      'vault:v1:%%%%',
      'a'.repeat(5000),
    ];
    await expect(provider.decrypt(other, ciphertext, bound)).rejects.toMatchObject(opensNot);
    await expect(provider.decrypt(name, ciphertext, Buffer.from('other'))).rejects.toMatchObject(opensNot);
    for (const wrong of [...flipped, ...cut, ...nonsense])
      await expect(provider.decrypt(name, wrong, bound), wrong.slice(0, 40)).rejects.toMatchObject(opensNot);
  });
}

function itRotates(current: Lazily): void {
  it('encrypts by the latest version after rotating, and still decrypts by the older ones', async () => {
    const provider = current();
    const name = await newKey(provider);
    const first = await provider.encrypt(name, Buffer.from('one'), bound);
    expect(await provider.rotate(name)).toBe(2);
    expect(await provider.rotate(name)).toBe(3);
    const third = await provider.encrypt(name, Buffer.from('three'), bound);
    expect(third).toMatchObject({ version: 3, ciphertext: expect.stringMatching(/^vault:v3:/) });
    expect(await provider.describe(name)).toMatchObject({ latestVersion: 3, minimumVersion: 1, versions: [1, 2, 3] });
    expect((await provider.decrypt(name, first.ciphertext, bound)).toString()).toBe('one');
    const posing = third.ciphertext.replace('v3', 'v2');
    await expect(provider.decrypt(name, posing, bound)).rejects.toMatchObject(opensNot);
  });

  it('says when each version was made', async () => {
    const provider = current();
    const before = Date.now();
    const name = await newKey(provider);
    await provider.rotate(name);
    const { madeAtMs } = await provider.describe(name);
    expect(madeAtMs).toHaveLength(2);
    // Some say it to the second.
    for (const madeAt of madeAtMs) expect(Math.abs(madeAt - before)).toBeLessThan(60_000);
    expect(madeAtMs[1]).toBeGreaterThanOrEqual(madeAtMs[0] as number);
  });

  it('destroys old versions for good', async () => {
    const provider = current();
    const name = await newKey(provider);
    const first = await provider.encrypt(name, Buffer.from('one'), bound);
    await provider.rotate(name);
    const second = await provider.encrypt(name, Buffer.from('two'), bound);
    await provider.setMinimumVersion(name, 2);
    expect(await provider.describe(name)).toMatchObject({ latestVersion: 2, minimumVersion: 2, versions: [2] });
    await expect(provider.decrypt(name, first.ciphertext, bound)).rejects.toThrow(refusal('KEYS_VERSION_DESTROYED'));
    const items = [{ ciphertext: first.ciphertext, associatedData: bound }];
    await expect(provider.rewrap(name, items)).rejects.toThrow(refusal('KEYS_VERSION_DESTROYED'));
    expect((await provider.decrypt(name, second.ciphertext, bound)).toString()).toBe('two');
    await provider.setMinimumVersion(name, 1);
    expect(await provider.describe(name)).toMatchObject({ minimumVersion: 2 });
    expect(await provider.rotate(name)).toBe(3);
  });

  it('refuses a minimum version that the key has not reached', async () => {
    const provider = current();
    const name = await newKey(provider);
    await expect(provider.setMinimumVersion(name, 2)).rejects.toThrow(refusal('KEYS_PROTOCOL'));
    expect(await provider.describe(name)).toMatchObject({ latestVersion: 1, minimumVersion: 1, versions: [1] });
  });
}

function itRewraps(current: Lazily): void {
  it('wraps a large batch again by the latest version, in its order', async () => {
    const provider = current();
    const name = await newKey(provider);
    const plaintexts = Array.from({ length: 1200 }, (_, index) => Buffer.from(`key ${index}`));
    const few = await Promise.all(
      plaintexts.slice(0, 12).map((plaintext, index) => provider.encrypt(name, plaintext, Buffer.from([index]))),
    );
    await provider.rotate(name);
    const items = plaintexts.flatMap((_, index) => {
      const associatedData = Buffer.from([index % 12]);
      const made = few[index % 12];
      return made ? [{ ciphertext: made.ciphertext, associatedData }] : [];
    });
    const wrapped = await provider.rewrap(name, items);
    expect(wrapped).toHaveLength(1200);
    for (const index of [0, 1, 11, 12, 499, 500, 501, 1199]) {
      expect(wrapped[index]?.version).toBe(2);
      const opened = await provider.decrypt(name, wrapped[index]?.ciphertext ?? '', Buffer.from([index % 12]));
      expect(opened.toString()).toBe(`key ${index % 12}`);
    }
    expect(await provider.rewrap(name, [])).toEqual([]);
  });

  it('wraps nothing of a batch again when one of it does not open', async () => {
    const provider = current();
    const name = await newKey(provider);
    const { ciphertext } = await provider.encrypt(name, Buffer.from('a'), bound);
    const items = [
      { ciphertext, associatedData: bound },
      { ciphertext, associatedData: Buffer.from('other') },
    ];
    await expect(provider.rewrap(name, items)).rejects.toMatchObject(opensNot);
  });
}

function itSigns(current: Lazily): void {
  it('signs so that the public key alone verifies', async () => {
    const provider = current();
    const name = await newKey(provider, 'sign-test');
    const message = Buffer.from('erased');
    const { signature, publicKey } = await provider.sign(name, message);
    expect(publicKey).toHaveLength(32);
    expect(signature).toHaveLength(64);
    expect(verify(null, message, asPublicKey(publicKey), signature)).toBe(true);
    expect(verify(null, Buffer.from('other'), asPublicKey(publicKey), signature)).toBe(false);
    expect((await provider.sign(name, message)).publicKey).toEqual(publicKey);
    await provider.rotate(name);
    const later = await provider.sign(name, message);
    expect(later.publicKey).not.toEqual(publicKey);
    expect(verify(null, message, asPublicKey(later.publicKey), later.signature)).toBe(true);
  });

  it('does not sign by a key that encrypts, nor encrypt by one that signs', async () => {
    const provider = current();
    const bug = refusal('KEYS_PROTOCOL');
    await expect(provider.sign(await newKey(provider), bound)).rejects.toThrow(bug);
    await expect(provider.encrypt(await newKey(provider, 'sign-test'), bound, bound)).rejects.toThrow(bug);
  });
}

function itNames(current: Lazily): void {
  it('makes a key once, however often and at the same time it is asked', async () => {
    const provider = current();
    const name: ProviderKeyName = `hf-test-${randomUUID()}`;
    await Promise.all(Array.from({ length: 8 }, () => provider.ensureKey(name)));
    const { ciphertext } = await provider.encrypt(name, Buffer.from('a'), bound);
    await provider.ensureKey(name);
    expect(await provider.describe(name)).toMatchObject({ latestVersion: 1, minimumVersion: 1, versions: [1] });
    expect((await provider.decrypt(name, ciphertext, bound)).toString()).toBe('a');
  });

  it('says that a key is missing and makes none by itself', async () => {
    const provider = current();
    const name: ProviderKeyName = `hf-test-${randomUUID()}`;
    const missing = refusal('KEYS_KEY_MISSING');
    await expect(provider.describe(name)).rejects.toThrow(missing);
    await expect(provider.encrypt(name, Buffer.from('a'), bound)).rejects.toThrow(missing);
    await expect(provider.rotate(name)).rejects.toThrow(missing);
    await expect(provider.describe(name)).rejects.toThrow(missing);
  });

  it('takes no name from outside: fixed words and UUIDs only', async () => {
    const provider = current();
    const names = [
      '',
      'hf-',
      'key',
      'hf-../../sys/mounts',
      'hf-%2e%2e%2fsys',
      'hf-a/b',
      'hf-A',
      'hf-a b',
      'hf-a\n',
      `hf-${'a'.repeat(61)}`,
      'hf-a?b=c',
      'hf-ä',
    ];
    for (const name of names as ProviderKeyName[]) {
      const invalid = refusal('KEYS_NAME_INVALID');
      await expect(provider.ensureKey(name)).rejects.toThrow(invalid);
      await expect(provider.describe(name)).rejects.toThrow(invalid);
      await expect(provider.encrypt(name, bound, bound)).rejects.toThrow(invalid);
      await expect(provider.decrypt(name, 'vault:v1:AAAA', bound)).rejects.toThrow(invalid);
      await expect(provider.rewrap(name, [{ ciphertext: 'vault:v1:AAAA', associatedData: bound }])).rejects.toThrow(invalid);
      await expect(provider.rotate(name)).rejects.toThrow(invalid);
      await expect(provider.setMinimumVersion(name, 1)).rejects.toThrow(invalid);
      await expect(provider.sign(name, bound)).rejects.toThrow(invalid);
    }
  });
}

/** What every key provider keeps to, whoever keeps the keys: run on the embedded keystore, on a stand-in of Vault, and on real servers. */
export function keyProviderContract(title: string, open: () => Promise<OpenedProvider>): void {
  describe(`${title} keeps the contract of key providers:`, () => {
    let opened: OpenedProvider;
    const current = () => opened.provider;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    it('says that it is ready', async () => {
      expect(await current().health()).toMatchObject({ state: 'READY' });
    });
    itNames(current);
    itEncrypts(current);
    itRotates(current);
    itRewraps(current);
    itSigns(current);
  });
}
