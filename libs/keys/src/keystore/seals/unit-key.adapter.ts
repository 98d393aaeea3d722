import { readFileSync } from 'node:fs';
import { keyError } from '../../provider/key-error.ts';
import { type BoundTo, credentialBoundTo } from './credential-kind.ts';

/** The credential of a unit of systemd: what `LoadCredentialEncrypted=` hands over at the start, and the sealed file that it comes from. */
export interface UnitKeyFiles {
  /** In the clear, in memory that only the unit's account may read; 32 bytes. */
  keyFile: string;
  /** The credential as it lies on the disk: tells what it is bound to. */
  sealedFile: string;
}

/** The key that systemd gave us. The caller wipes it. Throws KEYS_UNSEAL_FAILED. */
export function readUnitKey({ keyFile, sealedFile }: UnitKeyFiles): Buffer {
  const key = readOrNothing(keyFile);
  if (key?.length === 32) return key;
  key?.fill(0);
  const why = key ? 'has not 32 bytes' : 'is missing';
  throw keyError(
    'KEYS_UNSEAL_FAILED',
    `The key that systemd opens for the keystore ${why} (${keyFile}, from ${sealedFile}): docs/guides/keys.md says how it is made.`,
  );
}

/** What the credential on the disk is bound to. */
export function unitKeyBoundTo({ sealedFile }: UnitKeyFiles): BoundTo {
  return credentialBoundTo(readOrNothing(sealedFile)?.toString('latin1') ?? '');
}

function readOrNothing(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
