import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedKeyProvider, KeystoreControl } from '#keys';
import { type KeystoreHome, type KeystoreProcess, makeKeystoreHome } from '#testing';

const name = 'hf-organisation';
const bound = Buffer.from('bound');
let house: KeystoreHome;
let keystore: KeystoreProcess;
let provider: EmbeddedKeyProvider;
let control: KeystoreControl;

beforeEach(async () => {
  house = makeKeystoreHome();
  keystore = await house.start();
  provider = new EmbeddedKeyProvider(house.socketPath);
  control = new KeystoreControl(house.socketPath);
});
afterEach(async () => {
  provider.close();
  control.close();
  await keystore.end();
  house.remove();
});

function connect(): Promise<Socket> {
  return new Promise((settle, fail) => {
    const socket = createConnection({ path: house.socketPath }, () => settle(socket)).once('error', fail);
  });
}

/** Sends bytes as they are and answers all that comes back until the keystore hangs up. */
async function send(bytes: Buffer): Promise<string> {
  const socket = await connect();
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (piece) => (answer += piece.toString('latin1')));
  const closed = new Promise((settle) => socket.on('close', settle));
  socket.end(bytes);
  await closed;
  return answer;
}

function frame(json: string, parts: Buffer[] = []): Buffer {
  const head = Buffer.from(json);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(4 + head.length + parts.reduce((sum, part) => sum + part.length, 0), 0);
  prefix.writeUInt32BE(head.length, 4);
  return Buffer.concat([prefix, head, ...parts]);
}

const lengthOf = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};

it('answers hostile messages with an error and goes on', async () => {
  await provider.ensureKey(name);
  const nonsense = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    lengthOf(0),
    lengthOf(0xffff_ffff),
    Buffer.concat([lengthOf(8), lengthOf(0xffff_ffff), lengthOf(0)]),
    frame('{"verb":"state"'),
    frame('[]'),
    frame('null'),
    frame(`${'['.repeat(100_000)}`),
    frame('{"verb":"state","parts":[1]}'),
    frame('{"verb":"state","parts":[-4,4]}'),
    frame('{"verb":"state","parts":"x"}'),
    randomBytes(4096),
  ];
  for (const bytes of nonsense) expect(await send(bytes)).toContain('KEYS_PROTOCOL');
  const verbs = ['', 'nothing', '__proto__', 'constructor', 'toString', 7, null, { verb: 'state' }];
  for (const verb of verbs) expect(await send(frame(JSON.stringify({ verb, parts: [] })))).toContain('KEYS_PROTOCOL');
  const misfits = [
    { verb: 'encrypt', name },
    { verb: 'encrypt', name: 7 },
    { verb: 'decrypt', name, ciphertext: { toString: 'x' } },
    { verb: 'rewrap', name, ciphertexts: ['a', 'b'] },
    { verb: 'setMinimumVersion', name, minimumVersion: -1 },
    { verb: 'unseal', secret: 'shares and more' },
    { verb: 'reseal', seal: 'cloud', secret: 'none' },
  ];
  for (const head of misfits) expect(await send(frame(JSON.stringify({ ...head, parts: [] })))).toMatch(/KEYS_[A-Z_]+/);
  expect(await send(frame(JSON.stringify({ verb: 'ensureKey', name: 'hf-../x', parts: [] })))).toContain('KEYS_NAME_INVALID');
  expect(await provider.describe(name)).toMatchObject({ latestVersion: 1 });
});

it('hangs up on who sends half a message, and serves the others meanwhile', async () => {
  const slow = await connect();
  slow.on('error', () => {});
  const closed = new Promise((settle) => slow.on('close', settle));
  slow.resume().write(lengthOf(1000));
  await provider.ensureKey(name);
  expect((await provider.health()).state).toBe('READY');
  await closed;
});

it('takes a bounded number of connections and recovers when they are gone', async () => {
  const sockets = await Promise.all(Array.from({ length: 100 }, () => connect()));
  let closed = 0;
  for (const socket of sockets) socket.on('close', () => closed++).on('error', () => {});
  await expect.poll(() => closed).toBeGreaterThanOrEqual(36);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await provider.health()).state).toBe('READY');
});

it('is reached by its own account only, and refuses a folder that others may enter', async () => {
  expect(statSync(house.socketPath).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(house.socketPath)).mode & 0o777).toBe(0o700);
  expect(statSync(house.folder).mode & 0o777).toBe(0o700);
  await keystore.end();
  expect(existsSync(house.socketPath)).toBe(false);
  chmodSync(dirname(house.socketPath), 0o755);
  const refused = await house.start();
  expect((await refused.end()).code).not.toBe(0);
  expect(refused.log()).toContain('its mode has to be 700');
});

it('leaves a store to the process that has it', async () => {
  const second = await house.start();
  expect((await second.end()).code).not.toBe(0);
  expect(second.log()).toContain('Another process has the keystore');
  expect((await provider.health()).state).toBe('READY');
});

it('takes the place of a socket that a killed process has left', async () => {
  await provider.ensureKey(name);
  await keystore.end('SIGKILL');
  expect(existsSync(house.socketPath)).toBe(true);
  expect(await provider.health()).toMatchObject({ state: 'DEGRADED', detail: { code: 'KEYS_UNAVAILABLE' } });
  await expect(provider.describe(name)).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE', retryAfterSeconds: 5 });
  keystore = await house.start();
  expect(await provider.health()).toMatchObject({ state: 'READY' });
  expect(await provider.describe(name)).toMatchObject({ latestVersion: 1 });
});

it('K14 answers within two seconds when the process hangs', async () => {
  keystore.child.kill('SIGSTOP');
  const startMs = performance.now();
  expect(await provider.health()).toMatchObject({ state: 'DEGRADED' });
  await expect(provider.describe(name)).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  expect(performance.now() - startMs).toBeLessThan(5500);
  keystore.child.kill('SIGCONT');
  expect(await provider.health()).toMatchObject({ state: 'READY' });
});

it('K20 dumps no core, opens no debugger and logs no secret', async () => {
  const limits = readFileSync(`/proc/${keystore.child.pid}/limits`, 'utf8');
  expect(limits).toMatch(/Max core file size\s+0\s+0/);
  expect(readFileSync(`/proc/${keystore.child.pid}/coredump_filter`, 'utf8').trim()).toBe('00000000');
  keystore.child.kill('SIGUSR1');
  await provider.ensureKey(name);
  const plaintext = randomBytes(32);
  const { ciphertext } = await provider.encrypt(name, plaintext, bound);
  await expect(provider.decrypt(name, `${ciphertext.slice(0, -8)}AAAAAAA=`, bound)).rejects.toThrow();
  const shares = await control.reseal('shamir');
  await expect(control.reseal('passphrase', 'correct horse battery staple')).rejects.toMatchObject({
    code: 'KEYS_PROOF_NEEDED',
  });
  await control.reseal('passphrase', 'correct horse battery staple', { shares: shares.slice(2) });
  await expect(control.makeShares()).rejects.toMatchObject({ code: 'KEYS_PROOF_NEEDED' });
  await control.makeShares({ passphrase: 'correct horse battery staple' });
  await control.seal();
  await expect(control.unsealWithPassphrase('wrong horse battery staple')).rejects.toThrow();
  await control.unsealWithPassphrase('correct horse battery staple');
  const log = keystore.log();
  expect(log).not.toContain('Debugger listening');
  expect(log).toContain('unseal');
  for (const secret of ['horse', ...shares, plaintext.toString('base64'), ciphertext]) expect(log).not.toContain(secret);
});

it('waits sealed for somebody, and says so', async () => {
  await control.reseal('passphrase', 'correct horse battery staple');
  await keystore.end();
  keystore = await house.start();
  expect(await provider.health()).toMatchObject({ state: 'SEALED', reason: expect.stringContaining('waits to be unsealed') });
  await expect(provider.ensureKey(name)).rejects.toMatchObject({ code: 'KEYS_SEALED', kind: 'unavailable' });
  await control.unsealWithPassphrase('correct horse battery staple');
  await provider.ensureKey(name);
});
