import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { VaultKeyProvider } from '#keys';
import { keyProviderContract } from '#testing';
import { buildVault } from './build-vault.ts';
import { RealVault } from './real-vault.ts';

const name = 'hf-organisation';
const bound = Buffer.from('bound');
const { program, reason } = await buildVault();

let vault: RealVault | undefined;
let provider: VaultKeyProvider | undefined;
afterEach(async () => {
  provider?.close();
  await vault?.stop();
  vault = undefined;
});

async function open(role: Record<string, unknown> = {}): Promise<{ vault: RealVault; provider: VaultKeyProvider }> {
  vault = await RealVault.start(program ?? '', role);
  provider = new VaultKeyProvider(vault.options);
  await provider.ensureKey(name);
  return { vault, provider };
}

if (reason) it('a real Vault', (ctx) => ctx.skip(reason));
else {
  keyProviderContract('A real Vault under the policy of the guide', async () => {
    const server = await RealVault.start(program ?? '');
    const client = new VaultKeyProvider(server.options);
    const close = async () => {
      client.close();
      await server.stop();
    };
    return { provider: client, close };
  });

  describe('a real Vault', () => {
    it('is sealed and unsealed', async () => {
      const { vault, provider } = await open();
      await vault.seal();
      expect(await provider.health()).toMatchObject({ state: 'SEALED', detail: { code: 'KEYS_SEALED' } });
      await expect(provider.describe(name)).rejects.toMatchObject({ code: 'KEYS_SEALED' });
      await vault.unseal();
      await expect.poll(() => provider.health()).toMatchObject({ state: 'READY' });
      await provider.describe(name);
    });

    it('K17 gives a new token after it has revoked ours, and refuses a secret id that is used up', async () => {
      const { vault, provider } = await open({ secret_id_num_uses: 2 });
      await vault.revokeTokens();
      await provider.describe(name);
      await vault.revokeTokens();
      await expect(provider.describe(name)).rejects.toMatchObject({ code: 'KEYS_REFUSED' });
      expect(await provider.health()).toMatchObject({ state: 'DEGRADED', detail: { code: 'KEYS_REFUSED' } });
      await vault.newSecretId();
      await provider.describe(name);
      expect(await provider.health()).toMatchObject({ state: 'READY' });
    });

    it('K17 has our token renewed, and replaced when its longest life is over', async () => {
      const { provider } = await open({ token_period: 0, token_ttl: '3s', token_max_ttl: '6s' });
      for (const endMs = Date.now() + 10_000; Date.now() < endMs; await sleep(250)) await provider.describe(name);
    });

    it('forbids what the appliance does not need', async () => {
      const { vault } = await open();
      const token = await vault.token();
      const forbidden: [string, string, unknown?][] = [
        ['DELETE', `transit/keys/${name}`],
        ['GET', `transit/export/encryption-key/${name}`],
        ['GET', `transit/backup/${name}`],
        ['POST', `transit/keys/${name}/config`, { exportable: true }],
        ['POST', `transit/keys/${name}/config`, { deletion_allowed: true }],
        ['POST', 'transit/keys/hf-loose', { type: 'aes256-gcm96', exportable: true }],
        ['POST', 'transit/encrypt/other', { plaintext: 'YQ==' }],
        ['GET', 'sys/mounts'],
        ['GET', 'sys/policies/acl/holdfast'],
        ['POST', 'auth/token/create', {}],
      ];
      for (const [method, path, body] of forbidden)
        expect(await vault.ask(method, path, body, token), `${method} ${path}`).toMatchObject({ status: 403 });
    });

    it('does not rewrap what is bound to associated data: why we decrypt and encrypt (ADR 13)', async () => {
      const { vault, provider } = await open();
      const { ciphertext } = await provider.encrypt(name, Buffer.from('a'), bound);
      const body = { ciphertext, associated_data: bound.toString('base64') };
      expect(await vault.ask('POST', `transit/rewrap/${name}`, body)).toMatchObject({ status: 400 });
    });
  });
}
