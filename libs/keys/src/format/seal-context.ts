import { field, idBytes, versionBytes } from './field.ts';

/** What an object is sealed as; it opens only as the same. */
export interface SealContext {
  /** UUID. */
  organisationId: string;
  /** UUID. */
  objectId: string;
  /** Not negative; counts what was sealed under the same object id. */
  version: number;
}

/** `HFO1`, suite 1 (HKDF-SHA-512, AES-256-GCM), chunks of 2^18 bytes, two bytes reserved: what a file begins with. */
export const sealedPrefix = Buffer.from([0x48, 0x46, 0x4f, 0x31, 1, 18, 0, 0]);

/** Whether a file that begins with these bytes claims to be a sealed object of a format that this code reads. */
export function isSealedObject(beginning: Uint8Array): boolean {
  return sealedPrefix.equals(beginning.subarray(0, sealedPrefix.length));
}

/** The context as the bytes that keys are derived from: the file's prefix, organisation, object and version, each with type and length. */
export function encodeContext({ organisationId, objectId, version }: SealContext): Buffer {
  return Buffer.concat([
    field(1, sealedPrefix),
    field(2, idBytes('organisation', organisationId)),
    field(3, idBytes('object', objectId)),
    field(4, versionBytes('an object', version)),
  ]);
}
