import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, addVersion, decryptBy, describeKey, dropVersions, encryptBy } from './key-operations.ts';
import { Keystore } from './keystore.ts';
import { sealsFor } from './seals/seal-set.ts';

const key = 'hf-organisation';
const bound = Buffer.from('bound');
const wrongSecret = { code: 'KEYS_UNSEAL_FAILED', message: 'The keystore does not open with what was given.' };
const passphrase = () => Buffer.from('correct horse battery staple');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-keystore-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const storeFile = () => join(folder, 'keystore.json');
const hostKeys = () => readdirSync(folder).filter((name) => name.endsWith('.key'));

/** The keystore as a process that has just started sees it. */
async function started(seal: 'file' | 'passphrase' | 'shamir' = 'file'): Promise<Keystore> {
  const keystore = new Keystore(folder, sealsFor(folder));
  await keystore.start(seal);
  return keystore;
}

/** A keystore with one key, and a ciphertext that it must be able to open whatever happens. */
async function withCiphertext(): Promise<{ keystore: Keystore; ciphertext: string }> {
  const keystore = await started();
  keystore.replaceTable(addKey(keystore.table, key, 0));
  return { keystore, ciphertext: encryptBy(keystore.table, key, Buffer.from('kept'), bound).ciphertext };
}

const opens = (keystore: Keystore, ciphertext: string) => decryptBy(keystore.table, key, ciphertext, bound).toString();

describe('the keystore and its seals', () => {
  it('is made at the first start, opens by itself at the next, and warns of the key file on the disk', async () => {
    const { ciphertext } = await withCiphertext();
    const again = await started();
    expect(opens(again, ciphertext)).toBe('kept');
    expect(again.status).toMatchObject({ state: 'READY', seal: 'file', reason: null, recoveryShares: null });
    expect(again.status.warnings).toEqual([expect.stringContaining("on this machine's disk in the clear")]);
    expect(statSync(storeFile()).mode & 0o777).toBe(0o600);
    expect(hostKeys().map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600]);
  });

  it('K18 does not open without its host key, nor with one that others may read; recovery shares open it', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    const shares = await keystore.makeShares();
    const hostKey = join(folder, hostKeys()[0] ?? '');
    chmodSync(hostKey, 0o640);
    expect((await started()).status).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('mode is 640') });
    rmSync(hostKey);
    const sealed = await started();
    expect(sealed.status).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('is missing') });
    expect(() => sealed.table).toThrow(expect.objectContaining({ code: 'KEYS_SEALED' }));
    await sealed.unseal({ shares: [1, 4, 2].flatMap((at) => shares[at] ?? []) });
    expect(opens(sealed, ciphertext)).toBe('kept');
  });

  it('waits for its passphrase, refuses another and opens with the right one', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    await keystore.reseal('passphrase', { passphrase: passphrase() });
    expect(hostKeys()).toEqual([]);
    const sealed = await started();
    expect(sealed.status).toMatchObject({ state: 'SEALED', seal: 'passphrase', warnings: [] });
    for (const wrong of [{ passphrase: Buffer.from('correct horse battery stapler') }, { passphrase: Buffer.alloc(0) }, {}])
      await expect(sealed.unseal(wrong)).rejects.toMatchObject(wrongSecret);
    const opening = sealed.unseal({ passphrase: passphrase() });
    await new Promise(setImmediate);
    expect(sealed.status.state).toBe('UNSEALING');
    await opening;
    expect(opens(sealed, ciphertext)).toBe('kept');
  });

  it('wants its passphrase once more from whoever makes shares or seals anew', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    await keystore.reseal('passphrase', { passphrase: passphrase() });
    const other = { passphrase: Buffer.from('a passphrase of somebody else') };
    await expect(keystore.makeShares()).rejects.toMatchObject({ code: 'KEYS_PROOF_NEEDED' });
    await expect(keystore.reseal('file', {})).rejects.toMatchObject({ code: 'KEYS_PROOF_NEEDED' });
    for (const proof of [other, { shares: [] }]) {
      await expect(keystore.makeShares(proof)).rejects.toMatchObject(wrongSecret);
      await expect(keystore.reseal('file', {}, proof)).rejects.toMatchObject(wrongSecret);
      await expect(keystore.reseal('passphrase', other, proof)).rejects.toMatchObject(wrongSecret);
    }
    const shares = await keystore.makeShares({ passphrase: passphrase() });
    await keystore.reseal('file', {}, { shares: shares.slice(0, 3) });
    expect(opens(await started(), ciphertext)).toBe('kept');
  });

  it('takes no short passphrase, and keeps the former seal then', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    const short = { passphrase: Buffer.from('short') };
    await expect(keystore.reseal('passphrase', short)).rejects.toMatchObject({ code: 'KEYS_SECRET_INVALID' });
    expect(opens(await started(), ciphertext)).toBe('kept');
  });

  it('forgets everything when it is sealed, and opens again', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    await keystore.seal();
    expect(keystore.status).toMatchObject({ state: 'SEALED', reason: 'Somebody has sealed the keystore.' });
    expect(() => keystore.table).toThrow(expect.objectContaining({ code: 'KEYS_SEALED' }));
    await expect(keystore.makeShares()).rejects.toMatchObject({ code: 'KEYS_SEALED' });
    await keystore.unseal({});
    expect(opens(keystore, ciphertext)).toBe('kept');
  });
});

describe('K19 shares', () => {
  it('opens with any three of five, and answers all else alike: too few, one twice, a slip of the pen, another set', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    const shares = await keystore.reseal('shamir', {});
    const [a, b, c, d, e] = shares as [Buffer, Buffer, Buffer, Buffer, Buffer];
    await expect(keystore.makeShares()).rejects.toMatchObject({ code: 'KEYS_PROOF_NEEDED' });
    const others = await keystore.makeShares({ shares: [a, b, c].map((share) => Buffer.from(share)) });
    const slip = Buffer.from(e);
    slip[3] = slip[3] === 0x41 ? 0x42 : 0x41;
    const wrong = [
      [],
      [a],
      [a, b],
      [a, a, b],
      [a, b, b, c],
      [a, b, slip],
      [a, b, others[2]],
      [a, b, c, others[4]],
      [Buffer.from('nonsense'), a, b],
    ];
    const sealed = await started();
    for (const some of wrong) await expect(sealed.unseal({ shares: some as Buffer[] })).rejects.toMatchObject(wrongSecret);
    for (const some of [[a, b, c], [e, c, a], [d, b, e], [a, b, c, d, e], others.slice(2)]) {
      const fresh = await started();
      await fresh.unseal({ shares: some.map((share) => Buffer.from(share)) });
      expect(opens(fresh, ciphertext)).toBe('kept');
    }
  });

  it('refuses a set that has been replaced', async () => {
    const { keystore } = await withCiphertext();
    const former = await keystore.makeShares();
    const present = await keystore.makeShares();
    await keystore.seal();
    await expect(keystore.unseal({ shares: former.slice(0, 3) })).rejects.toMatchObject(wrongSecret);
    await keystore.unseal({ shares: present.slice(0, 3) });
    expect(keystore.status.recoveryShares).toMatchObject({ threshold: 3, shares: 5 });
  });
});

describe('the store file', () => {
  it('holds nothing of destroyed versions, and no key in the clear', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    const material = Buffer.from(keystore.table.get(key)?.versions[0]?.material ?? []);
    keystore.replaceTable(addVersion(keystore.table, key, 0));
    const sizeBefore = statSync(storeFile()).size;
    const before = keystore.table.get(key)?.versions[0]?.material;
    keystore.replaceTable(dropVersions(keystore.table, key, 2));
    expect(before?.every((byte) => byte === 0)).toBe(true);
    expect(statSync(storeFile()).size).toBeLessThan(sizeBefore);
    const again = await started();
    expect(describeKey(again.table, key)).toMatchObject({ latestVersion: 2, minimumVersion: 2, versions: [2] });
    expect(() => opens(again, ciphertext)).toThrow(expect.objectContaining({ code: 'KEYS_VERSION_DESTROYED' }));
    const bytes = readFileSync(storeFile());
    for (const encoding of ['latin1', 'hex', 'base64'] as const)
      expect(bytes.toString('latin1')).not.toContain(material.toString(encoding));
  });

  it('is refused in any format or version but ours, and never replaced by a new one', async () => {
    await withCiphertext();
    const good = JSON.parse(readFileSync(storeFile(), 'utf8'));
    const strange = [
      { ...good, version: 2 },
      { ...good, format: 'other' },
      { ...good, more: 1 },
      { ...good, seal: { kind: 'cloud' } },
      [],
    ];
    for (const content of [...strange.map((value) => JSON.stringify(value)), '', 'no JSON']) {
      writeFileSync(storeFile(), content);
      const keystore = await started();
      expect(keystore.status).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('cannot be read') });
      await expect(keystore.unseal({})).rejects.toMatchObject({ code: 'KEYS_STORE_UNREADABLE' });
      await expect(keystore.initialise('file', {})).rejects.toMatchObject({ code: 'KEYS_STORE_UNREADABLE' });
      expect(readFileSync(storeFile(), 'utf8')).toBe(content);
    }
  });

  it('says that it is damaged when a bit of its body has changed, or it poses as another store', async () => {
    await withCiphertext();
    const good = JSON.parse(readFileSync(storeFile(), 'utf8'));
    const body = Buffer.from(good.body, 'base64');
    body[20] = (body[20] ?? 0) ^ 1;
    writeFileSync(storeFile(), JSON.stringify({ ...good, body: body.toString('base64') }));
    expect((await started()).status).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('is damaged') });
    writeFileSync(storeFile(), JSON.stringify({ ...good, storeId: '00000000-0000-4000-8000-000000000000' }));
    expect((await started()).status.state).toBe('SEALED');
  });

  it('keeps what it had when it cannot be written', async () => {
    const { keystore, ciphertext } = await withCiphertext();
    // A folder where the new file belongs stands for every disk that does not take it.
    mkdirSync(`${storeFile()}.new`);
    expect(() => keystore.replaceTable(addVersion(keystore.table, key, 0))).toThrow(
      expect.objectContaining({ code: 'KEYS_UNAVAILABLE' }),
    );
    expect(describeKey(keystore.table, key).latestVersion).toBe(1);
    expect(opens(keystore, ciphertext)).toBe('kept');
    rmSync(`${storeFile()}.new`, { recursive: true });
    keystore.replaceTable(addVersion(keystore.table, key, 0));
    expect(describeKey((await started()).table, key).latestVersion).toBe(2);
  });

  it('is made by somebody when its seal needs somebody', async () => {
    const waiting = await started('passphrase');
    expect(waiting.status).toMatchObject({
      state: 'SEALED',
      seal: null,
      reason: expect.stringContaining('has not been made yet'),
    });
    expect(existsSync(storeFile())).toBe(false);
    await expect(waiting.unseal({})).rejects.toMatchObject({ code: 'KEYS_STATE' });
    await waiting.initialise('passphrase', { passphrase: passphrase() });
    expect(waiting.status).toMatchObject({ state: 'READY', seal: 'passphrase' });
    await expect(waiting.initialise('file', {})).rejects.toMatchObject({ code: 'KEYS_STATE' });
  });
});
