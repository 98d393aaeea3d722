import type { AuditTrail } from '#audit';
import type { SystemDatabase, TenantDatabase } from '#database';
import type { Clock } from '#kernel';
import type { KeyProvider } from '../provider/key-provider.ts';
import { Erasables } from './erasure/erasables.ts';
import { ErasureCertificates } from './erasure/erasure-certificates.ts';
import { KeyErasure } from './erasure/key-erasure.ts';
import { TombstoneLedger } from './erasure/tombstone-ledger.adapter.ts';
import { TombstoneWriter } from './erasure/tombstone-writer.ts';
import { KeyCache } from './key-cache.ts';
import type { KeyReadiness } from './key-readiness.ts';
import { Keyring } from './keyring.ts';
import { KeyRetirement } from './rotation/key-retirement.ts';
import { KeyUpkeep } from './rotation/key-upkeep.ts';
import { KeyVersionRotation } from './rotation/key-version-rotation.ts';
import { ProviderKeyRotation } from './rotation/provider-key-rotation.ts';
import { WrappedKeyHolders } from './rotation/wrapped-key-holders.ts';

/** What the keyring and all that looks after it stand on. */
export interface KeyGround {
  provider: KeyProvider;
  readiness: KeyReadiness;
  tenant: TenantDatabase;
  system: SystemDatabase;
  audit: AuditTrail;
  /** The file of tombstones. */
  ledgerPath: string;
  cacheMs: number;
  backupWindowDays: number;
  clock?: Clock;
}

/** The keyring and all that looks after it. */
export interface KeyServices {
  keyring: Keyring;
  holders: WrappedKeyHolders;
  erasables: Erasables;
  providerKeys: ProviderKeyRotation;
  keys: KeyVersionRotation;
  retirement: KeyRetirement;
  erasure: KeyErasure;
  certificates: ErasureCertificates;
  upkeep: KeyUpkeep;
}

/** Puts the services together; one set per process. */
export function makeKeyServices(ground: KeyGround): KeyServices {
  const { provider, tenant, system, audit, readiness, clock, cacheMs } = ground;
  const keyring = new Keyring({ provider, tenant, system, readiness, cache: new KeyCache(cacheMs) });
  const holders = new WrappedKeyHolders();
  const erasables = new Erasables();
  const writer = new TombstoneWriter(provider, new TombstoneLedger(ground.ledgerPath), clock);
  const providerKeys = new ProviderKeyRotation(ground);
  const keys = new KeyVersionRotation({ ...ground, hierarchy: keyring.hierarchy, holders });
  const retirement = new KeyRetirement(tenant, holders, audit, clock);
  const erasure = new KeyErasure({ ...ground, keyring, erasables, writer });
  const certificates = new ErasureCertificates({ ...ground, holders });
  const upkeep = new KeyUpkeep({ system, clock, providerKeys, keys, retirement, erasure });
  return { keyring, holders, erasables, providerKeys, keys, retirement, erasure, certificates, upkeep };
}
