import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 bits as URL-safe text. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret: its SHA-256, enough because the secret is uniformly random. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
