import { spawnSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedKeyProvider, KeystoreControl } from '#keys';
import { environmentForChildren, findCheckout } from '#manifest';
import { keyProviderContract, type OwnKeystore, ownKeystoreAccounts, startOwnKeystore } from '#testing';

const { keyd, api, stranger } = ownKeystoreAccounts;
const isRoot = process.getuid?.() === 0;
const name = 'hf-organisation';
let keystore: OwnKeystore;

/** What comes of connecting to a socket. */
const connecting = (path: string) => `
  const socket = require('node:net').connect(${JSON.stringify(path)});
  socket.on('connect', () => { console.log('connected'); socket.destroy(); });
  socket.on('error', ({ code }) => console.log(code));`;
/** What comes of opening a file. */
const opening = (path: string) => `
  try { require('node:fs').openSync(${JSON.stringify(path)}, 'r'); console.log('opened'); } catch ({ code }) { console.log(code); }`;

/** Connects a provider under the appliance's account: whoever is connected stays so. */
async function connectAsApi(): Promise<EmbeddedKeyProvider> {
  const provider = new EmbeddedKeyProvider(keystore.socketPath, api.uid);
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.(api.groups);
  process.setegid?.(api.gid);
  process.seteuid?.(api.uid);
  try {
    await provider.health();
    return provider;
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}

if (!isRoot)
  it('a keystore under an account of its own', (ctx) => ctx.skip('only root can start processes under other accounts'));

describe.runIf(isRoot)('a keystore under an account of its own', () => {
  beforeAll(async () => {
    keystore = await startOwnKeystore();
  });
  afterAll(() => keystore?.stop());

  it('shows by its socket whose it is, and who may come', () => {
    const modeOf = (path: string) => `${(statSync(path).mode & 0o777).toString(8)} ${statSync(path).uid}:${statSync(path).gid}`;
    expect(modeOf(dirname(keystore.socketPath))).toBe(`750 ${keyd.uid}:${keyd.gid}`);
    expect(modeOf(keystore.socketPath)).toBe(`660 ${keyd.uid}:${keyd.gid}`);
    expect(modeOf(join(dirname(keystore.socketPath), 'operator.sock'))).toBe(`600 ${keyd.uid}:${keyd.gid}`);
  });

  it('wraps and unwraps for its group, and tells under whose account it runs', async () => {
    const provider = await connectAsApi();
    const keeper = { account: `uid ${keyd.uid}`, isSeparate: true };
    expect(await provider.health()).toMatchObject({ state: 'READY', detail: { keeper, servesGroup: true } });
    await provider.ensureKey(name);
    const { ciphertext } = await provider.encrypt(name, Buffer.from('key'), Buffer.from('bound'));
    expect((await provider.decrypt(name, ciphertext, Buffer.from('bound'))).toString()).toBe('key');
    provider.close();
  });

  it('lets in its group and nobody else', () => {
    expect(keystore.runAs(api, connecting(keystore.socketPath))).toBe('connected');
    expect(keystore.runAs(stranger, connecting(keystore.socketPath))).toBe('EACCES');
    expect(keystore.runAs(api, connecting(join(dirname(keystore.socketPath), 'operator.sock')))).toBe('EACCES');
  });

  it('keeps its files and its memory from the account of the appliance, and its memory from its own account, too', () => {
    expect(keystore.runAs(api, opening(keystore.folder))).toBe('EACCES');
    expect(keystore.runAs(api, opening(join(keystore.folder, 'keystore.json')))).toBe('EACCES');
    for (const file of ['mem', 'maps', 'environ']) {
      expect(keystore.runAs(api, opening(`/proc/${keystore.pid}/${file}`)), file).toBe('EACCES');
      expect(keystore.runAs(keyd, opening(`/proc/${keystore.pid}/${file}`)), file).toBe('EACCES');
    }
  });

  it('keeps from its group what would carry the master key away, and notes who tried', async () => {
    const client = new KeystoreControl(keystore.socketPath, 'mallory');
    const refused = { code: 'KEYS_OPERATORS_ONLY', kind: 'forbidden' };
    await expect(client.makeShares()).rejects.toMatchObject(refused);
    await expect(client.makeShares()).rejects.toMatchObject(refused);
    await expect(client.reseal('passphrase', 'correct horse battery staple')).rejects.toMatchObject(refused);
    client.close();
    const operator = new KeystoreControl(join(dirname(keystore.socketPath), 'operator.sock'), 'root <script>');
    expect(await operator.makeShares()).toHaveLength(5);
    await operator.seal();
    await operator.unseal();
    await operator.unseal();
    operator.close();
    const provider = new EmbeddedKeyProvider(keystore.socketPath);
    const acts = await provider.acts();
    provider.close();
    expect(acts.map(({ action, by }) => `${action} ${by}`)).toEqual([
      'keystore.shares-made-refused mallory',
      'keystore.resealed-refused mallory',
      'keystore.shares-made root script',
      'keystore.sealed root script',
      'keystore.unsealed root script',
    ]);
    expect(keystore.log()).not.toContain('could not be');
  });

  it('lets root make shares by the command', () => {
    const manifest = join(keystore.folder, '..', 'appliance.yaml');
    writeFileSync(manifest, `profile: evaluation\nkeys:\n  socket: ${keystore.socketPath}\n`);
    const environment = {
      ...environmentForChildren(),
      HOLDFAST_MANIFEST: manifest,
      HOLDFAST_HOME: join(keystore.folder, '..', 'home'),
    };
    const words = [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(findCheckout(), 'apps/cli/src/main.ts'),
      'keys',
    ];
    const holdfast = (verb: string) =>
      spawnSync(process.execPath, [...words, verb, '--json'], { env: environment, encoding: 'utf8' });
    const shares = holdfast('shares');
    expect(JSON.parse(shares.stdout), shares.stderr).toMatchObject({ threshold: 3, shares: expect.any(Array) });
  });

  keyProviderContract('The keystore behind its group socket', async () => {
    const provider = await connectAsApi();
    return { provider, close: async () => provider.close() };
  });
});
