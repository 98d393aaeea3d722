import type { StoreFile } from '../store-format.ts';
import type { MadeSeal, MasterSeal, UnsealSecret } from './master-seal.ts';
import { unsealFailed } from './master-wrap.ts';
import { type SealSet, sealOf } from './seal-set.ts';
import { openWithShares } from './shares.ts';

/** The master key of a store: by shares whatever its seal, else by its seal. Throws KEYS_UNSEAL_FAILED. */
export async function openMaster(seals: SealSet, file: StoreFile, secret: UnsealSecret): Promise<Buffer> {
  const { shares } = secret;
  if (!shares) return sealOf(seals, file.seal).open(file.seal, file.storeId, secret);
  const sets = [...(file.seal.kind === 'shamir' ? [file.seal] : []), ...(file.recovery ? [file.recovery] : [])];
  for (const set of sets)
    try {
      return openWithShares(set, file.storeId, shares);
    } catch {
      // The other set may be theirs.
    }
  throw unsealFailed();
}

/** Makes a seal and opens it once: one that does not open must never be the only one. */
export async function proveSeal(seal: MasterSeal, master: Buffer, storeId: string, secret: UnsealSecret): Promise<MadeSeal> {
  const made = await seal.make(master, storeId, secret);
  const shares = made.shares.length > 0 ? made.shares.slice(-3) : undefined;
  const opened = await seal.open(made.record, storeId, { ...secret, shares });
  const isSame = opened.equals(master);
  opened.fill(0);
  if (isSame) return made;
  throw unsealFailed();
}
