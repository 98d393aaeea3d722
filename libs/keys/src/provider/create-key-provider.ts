import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { keystorePlace } from '../keystore/keystore-place.ts';
import { EmbeddedKeyProvider } from './embedded-key-provider.ts';
import type { KeyProvider } from './key-provider.ts';
import { ownerOf } from './socket-owner.adapter.ts';
import { VaultKeyProvider } from './vault/vault-key-provider.ts';

function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HoldfastError('MANIFEST_INVALID', {
      kind: 'invalid',
      message: `keys.vault.caFile: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
      action: "Put the PEM certificates there that may sign the Vault server's, or leave caFile out.",
      cause,
    });
  }
}

/** The key provider that the manifest declares. Files of `keys.vault` lie in the secrets folder unless they are named by a whole path. */
export function createKeyProvider(appliance: Appliance): KeyProvider & { close(): void } {
  const { provider, vault } = appliance.keys;
  if (provider === 'embedded' || !vault) {
    const { socketPath } = keystorePlace(appliance);
    return new EmbeddedKeyProvider(socketPath, ownerOf(appliance.home));
  }
  const inSecrets = (file: string) => resolve(appliance.paths.secrets, file);
  const { caFile, roleIdFile, secretIdFile, ...options } = vault;
  return new VaultKeyProvider({
    ...options,
    ca: caFile && readAuthority(inSecrets(caFile)),
    roleIdFile: inSecrets(roleIdFile),
    secretIdFile: inSecrets(secretIdFile),
  });
}
