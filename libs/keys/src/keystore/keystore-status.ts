import type { KeyState } from '../provider/key-provider.ts';
import type { SealKind } from './seals/master-seal.ts';

/** How the embedded keystore is. Holds nothing secret. */
export interface KeystoreStatus {
  state: Exclude<KeyState, 'DEGRADED'>;
  /** Why it is sealed; null when it is not. */
  reason: string | null;
  /** What keeps the master key; null before the keystore has been made. */
  seal: SealKind | null;
  warnings: string[];
  /** The recovery shares that are in use; null when none were made. */
  recoveryShares: { setId: string; threshold: number; shares: number; createdAt: string } | null;
}
