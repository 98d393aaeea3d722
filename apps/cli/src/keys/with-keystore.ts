import { HoldfastError } from '#kernel';
import type { KeystoreControl } from '#keystore';
import type { Appliance } from '#manifest';
import { notRunning } from '../running.ts';

/** How the keys are, as the provider says; `detail` holds the seal, its warnings and the recovery shares of an embedded keystore. */
export interface KeysFound {
  provider: 'embedded' | 'vault';
  state: 'SEALED' | 'UNSEALING' | 'READY' | 'DEGRADED';
  reason: string | null;
  seal: string | null;
  warnings: string[];
  recoveryShares: { setId: string; threshold: number; shares: number; createdAt: string } | null;
}

/** Asks the key provider of the manifest how it is. Never throws; loads neither framework nor database. */
export async function readKeys(appliance: Appliance): Promise<KeysFound> {
  const { createKeyProvider } = await import('#keystore');
  const provider = createKeyProvider(appliance);
  try {
    const { state, reason, detail } = await provider.health();
    const { seal, warnings, recoveryShares } = detail as Partial<KeysFound>;
    return {
      provider: provider.kind,
      state,
      reason,
      seal: seal ?? null,
      warnings: warnings ?? [],
      recoveryShares: recoveryShares ?? null,
    };
  } finally {
    provider.close();
  }
}

/** Talks to the embedded keystore. Throws KEYS_NOT_EMBEDDED, APPLIANCE_NOT_RUNNING, and what the keystore throws. */
export async function withKeystore<Result>(
  appliance: Appliance,
  work: (control: KeystoreControl) => Promise<Result>,
): Promise<Result> {
  if (appliance.keys.provider !== 'embedded') throw notEmbedded();
  const { KeystoreControl, keystorePlace } = await import('#keystore');
  const control = new KeystoreControl(keystorePlace(appliance).socketPath);
  try {
    return await work(control);
  } catch (thrown) {
    const isAway = thrown instanceof HoldfastError && thrown.code === 'KEYS_UNAVAILABLE';
    const { readLiveState } = await import('#supervisor');
    throw isAway && !readLiveState(appliance) ? notRunning(appliance) : thrown;
  } finally {
    control.close();
  }
}

function notEmbedded(): HoldfastError {
  return new HoldfastError('KEYS_NOT_EMBEDDED', {
    kind: 'conflict',
    message: 'The keys of this appliance are kept by a Vault (keys.provider of the manifest).',
    action: 'Seal and unseal it with its own tools: docs/guides/vault.md.',
  });
}
