import { type ChildProcess, spawn } from 'node:child_process';
import { createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedKeyProvider, KeystoreControl } from '#keys';
import { findInMemory } from './process-memory.ts';

const name = 'hf-organisation';
const bound = Buffer.from('bound');
const passphrase = 'correct horse battery staple';
let folder: string;
let child: ChildProcess;
let provider: EmbeddedKeyProvider;
let control: KeystoreControl;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-keystore-'));
  const socketPath = join(folder, 'keyd.sock');
  const program = join(import.meta.dirname, 'keystore.child.ts');
  const words = ['--conditions=source', program, folder, socketPath];
  child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  provider = new EmbeddedKeyProvider(socketPath);
  control = new KeystoreControl(socketPath);
});
afterEach(async () => {
  provider.close();
  control.close();
  const ended = once(child, 'exit');
  child.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

function open(key: Buffer, sealed: string, associatedData: string): Buffer {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(associatedData));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}

/** What only the keystore may know: read from its files as docs/formats/keystore-file.md says. */
function keyMaterial(): Record<string, Buffer> {
  const file = JSON.parse(readFileSync(join(folder, 'keystore.json'), 'utf8'));
  const hostKey = readFileSync(join(folder, readdirSync(folder).find((entry) => entry.endsWith('.key')) ?? ''));
  const master = open(hostKey, file.seal.wrapped, `holdfast-keystore master ${file.storeId} file`);
  const table = open(master, file.body, `holdfast-keystore 1 body ${file.storeId}`);
  return { hostKey, master, providerKey: table.subarray(-32) };
}

async function takeHeap(): Promise<string> {
  const file = join(folder, 'heap');
  child.send(file);
  await once(child, 'message');
  return readFileSync(file, 'latin1');
}

it('K20 has no secret in a heap snapshot, and none in memory once it is sealed', async (ctx) => {
  const plaintext = randomBytes(32);
  await provider.ensureKey(name);
  const { ciphertext } = await provider.encrypt(name, plaintext, bound);
  expect(await provider.decrypt(name, ciphertext, bound)).toEqual(plaintext);
  const secrets = { plaintext, ...keyMaterial() };
  const [share = ''] = await control.makeShares();
  await control.reseal('passphrase', passphrase);
  await control.seal();
  await control.unsealWithPassphrase(passphrase);
  const texts = { share, passphrase, base64: plaintext.toString('base64') };

  const heap = await takeHeap();
  expect(heap).toContain(name);
  for (const [what, secret] of Object.entries(secrets))
    for (const encoding of ['latin1', 'hex', 'base64'] as const) expect(heap, what).not.toContain(secret.toString(encoding));
  for (const [what, text] of Object.entries(texts)) expect(heap, what).not.toContain(text);

  let inMemory: (wanted: Record<string, Buffer>) => string[];
  try {
    findInMemory(child.pid ?? 0, {});
    inMemory = (wanted) => findInMemory(child.pid ?? 0, wanted);
  } catch (error) {
    return ctx.skip(`the memory of a process of ours cannot be read here: ${(error as Error).message}`);
  }
  // That the search finds what is there: the key that an unsealed keystore works with.
  expect(inMemory(secrets)).toContain('providerKey');
  await control.seal();
  await takeHeap();
  // Not the passphrase: Node's argon2 leaves a copy of it in memory that it has given back.
  expect(inMemory({ ...secrets, share: Buffer.from(share) })).toEqual([]);
});
