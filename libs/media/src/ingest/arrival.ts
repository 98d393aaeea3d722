import type { StoredBytes } from '#storage';
import type { AssetState } from '../pipeline/domain/asset-state.ts';
import type { AssetKind } from '../pipeline/domain/ledger.ts';

/** A file at the door: its bytes are durable, nothing else is known of it. */
export interface Arrival {
  bytes: StoredBytes;
  /** As the sender calls it; made safe here. */
  name: string | Uint8Array;
  /** The name as it was given, where `name` has been made safe before. */
  givenName?: string | null;
  folder?: string | Uint8Array;
  /** When the file was last changed where it comes from. */
  modifiedAt?: Date | null;
  /** How soon it should be looked at. */
  urgency?: 'interactive' | 'normal' | 'background';
}

/** What came of an arrival. */
export interface Accepted {
  assetId: string;
  /** These bytes were an asset already; it has one more origin now. */
  isDuplicate: boolean;
  /** It was in the trash and came back. */
  isRestored: boolean;
  kind: AssetKind;
  state: AssetState;
}
