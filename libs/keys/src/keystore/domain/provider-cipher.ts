import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ciphertextInvalid } from '../../provider/key-error.ts';

const nonceBytes = 12;
const tagBytes = 16;
const shape = /^vault:v([1-9][0-9]{0,9}):([A-Za-z0-9+/]+={0,2})$/;

/** A ciphertext taken apart: version of the key, and nonce (12 bytes), ciphertext and tag (16 bytes) in one. */
export interface ParsedCiphertext {
  version: number;
  body: Buffer;
}

/** AES-256-GCM under a random nonce: nonce, ciphertext, tag. */
export function sealBytes(key: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** What `sealBytes` has sealed; undefined when key or associated data are others, or a bit has changed. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const tagAt = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(associatedData).setAuthTag(sealed.subarray(tagAt));
  const plaintext = decipher.update(sealed.subarray(nonceBytes, tagAt));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return undefined;
  }
}

/** The text of a ciphertext, as Vault's transit engine writes it. */
export function formatCiphertext({ version, body }: ParsedCiphertext): string {
  return `vault:v${version}:${body.toString('base64')}`;
}

/** A ciphertext's version and bytes. Throws KEYS_CIPHERTEXT_INVALID for any other text. */
export function parseCiphertext(text: string): ParsedCiphertext {
  const [, version, encoded] = shape.exec(text) ?? [];
  if (!version || !encoded) throw ciphertextInvalid();
  const body = Buffer.from(encoded, 'base64');
  // One text per ciphertext: base64 with stray bits is another text for the same bytes.
  if (body.toString('base64') !== encoded) throw ciphertextInvalid();
  return { version: Number(version), body };
}
