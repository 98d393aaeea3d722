import { HoldfastError } from '#kernel';
import type { KeystoreControl } from '#keystore';
import { type Appliance, readEnvironment } from '#manifest';
import { notRunning } from '../running.ts';

/** How the keys are, as the provider says; `detail` holds the seal, its warnings and the recovery shares of an embedded keystore. */
export interface KeysFound {
  provider: 'embedded' | 'vault';
  state: 'SEALED' | 'UNSEALING' | 'READY' | 'DEGRADED';
  reason: string | null;
  seal: string | null;
  /** What opens the seal, where that differs from machine to machine. */
  boundTo: string | null;
  /** Who runs the embedded keystore; null where nobody can say. */
  keeper: { account: string; isSeparate: boolean } | null;
  /** Whether the machine runs it rather than the appliance. */
  isRunByMachine: boolean;
  warnings: string[];
  recoveryShares: { setId: string; threshold: number; shares: number; createdAt: string } | null;
}

/** Asks the key provider of the manifest how it is. Never throws; loads neither framework nor database. */
export async function readKeys(appliance: Appliance): Promise<KeysFound> {
  const { createKeyProvider } = await import('#keystore');
  const provider = createKeyProvider(appliance);
  try {
    const { state, reason, detail } = await provider.health();
    const { seal, boundTo, keeper, warnings, recoveryShares } = detail as Partial<KeysFound>;
    return {
      provider: provider.kind,
      state,
      reason,
      seal: seal ?? null,
      boundTo: boundTo ?? null,
      keeper: keeper ?? null,
      isRunByMachine: isRunByMachine(appliance),
      warnings: warnings ?? [],
      recoveryShares: recoveryShares ?? null,
    };
  } finally {
    provider.close();
  }
}

/** Whether the keystore is a service of the machine, under an account of its own, rather than a process of the appliance. */
export function isRunByMachine({ keys }: Appliance): boolean {
  return keys.provider === 'embedded' && keys.socket !== undefined;
}

/** The account for commands that change the seal: root's own, where the keystore is the machine's, because it lets nobody else do that. */
export function operatorAccount(appliance: Appliance): 'server' | 'caller' {
  return isRunByMachine(appliance) ? 'caller' : 'server';
}

/** Talks to the embedded keystore. Throws KEYS_NOT_EMBEDDED, APPLIANCE_NOT_RUNNING, KEYSTORE_NOT_RUNNING, and what the keystore throws. */
export async function withKeystore<Result>(
  appliance: Appliance,
  work: (control: KeystoreControl) => Promise<Result>,
): Promise<Result> {
  if (appliance.keys.provider !== 'embedded') throw notEmbedded();
  const { KeystoreControl, keystorePlace, operatorSocketOf, ownAccount } = await import('#keystore');
  const { socketPath } = keystorePlace(appliance);
  const isOperator = isRunByMachine(appliance) && process.getuid?.() === 0;
  const control = new KeystoreControl(isOperator ? operatorSocketOf(socketPath) : socketPath, callerNamed(ownAccount().name));
  try {
    return await work(control);
  } catch (thrown) {
    const isAway = thrown instanceof HoldfastError && thrown.code === 'KEYS_UNAVAILABLE';
    throw isAway ? await whyAway(appliance, thrown) : thrown;
  } finally {
    control.close();
  }
}

async function whyAway(appliance: Appliance, thrown: HoldfastError): Promise<HoldfastError> {
  if (isRunByMachine(appliance))
    return new HoldfastError('KEYSTORE_NOT_RUNNING', {
      kind: 'unavailable',
      message: thrown.message,
      action:
        'Look at it with systemctl status holdfast-keyd. Who talks to it has to be in its group (holdfast-keys), signed in since, or root.',
    });
  const { readLiveState } = await import('#supervisor');
  return readLiveState(appliance) ? thrown : notRunning(appliance);
}

/** Who calls, for the audit: the account, and who stands behind it where sudo says so. Nothing proves it. */
function callerNamed(name: string): string {
  const { sudoUid } = readEnvironment();
  return sudoUid === undefined ? `${name} by command` : `${name} by command (sudo by uid ${sudoUid})`;
}

function notEmbedded(): HoldfastError {
  return new HoldfastError('KEYS_NOT_EMBEDDED', {
    kind: 'conflict',
    message: 'The keys of this appliance are kept by a Vault (keys.provider of the manifest).',
    action: 'Seal and unseal it with its own tools: docs/guides/vault.md.',
  });
}
