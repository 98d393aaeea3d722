import type { KeyState } from '../provider/key-provider.ts';
import type { KeystoreAct } from './keystore-acts.ts';
import type { SealKind } from './seals/master-seal.ts';

/** How the embedded keystore is. Holds nothing secret. */
export interface KeystoreStatus {
  state: Exclude<KeyState, 'DEGRADED'>;
  /** Why it is sealed; null when it is not. */
  reason: string | null;
  /** What keeps the master key; null before the keystore has been made. */
  seal: SealKind | null;
  /** What opens that seal, where the seal can be bound to several things: the TPM, this installation, both. */
  boundTo: string | null;
  warnings: string[];
  /** The recovery shares that are in use; null when none were made. */
  recoveryShares: { setId: string; threshold: number; shares: number; createdAt: string } | null;
}

/** What the process says of itself beside how its keys are. */
export interface KeystoreGreeting {
  /** The account that it runs under. */
  account: { uid: number; name: string };
  /** Whether it serves a group, and keeps what changes the seal for root. */
  servesGroup: boolean;
  /** The newest act, so that nobody has to ask for all of them in vain. */
  lastAct: KeystoreAct | null;
}
