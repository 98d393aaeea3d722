import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from './domain/canonical-json.ts';
import { sha256Of } from './domain/generation-record.ts';
import type { NewestNote } from './domain/verify-generations.ts';
import { writeDurably } from './durable-write.adapter.ts';
import { generationError } from './generation-error.ts';

/** The key pair that signs generations (ed25519). */
export interface SigningKey {
  publicKey: KeyObject;
  /** SHA-256 of the public key (SPKI, DER). */
  fingerprint: string;
  /** Base64. */
  sign(text: string): string;
}

const noteSchema = z.strictObject({ number: z.number().int().positive(), recordSha256: z.string() });

/** What lies among the secrets: the key pair, and a note of the newest generation, so that one that is gone is missed. */
export class SigningKeyFolder {
  readonly folder: string;

  constructor(secrets: string) {
    this.folder = join(secrets, 'generations');
  }

  /** The key pair, made where there is none and none is expected. Throws GENERATIONS_KEY_MISSING. */
  open(isExpected: boolean): SigningKey {
    const pem = this.read('signing-key.pem') ?? (isExpected ? this.missing() : this.make());
    const privateKey = createPrivateKey(pem);
    const publicKey = createPublicKey(privateKey);
    return {
      publicKey,
      fingerprint: sha256Of(publicKey.export({ type: 'spki', format: 'der' })),
      sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    };
  }

  /** The newest generation that was recorded here. */
  readNote(): NewestNote | undefined {
    const text = this.read('newest.json');
    try {
      return text === undefined ? undefined : noteSchema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  writeNote(note: NewestNote): void {
    writeDurably(join(this.folder, 'newest.json'), canonicalJson(note), 0o600);
  }

  private make(): string {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeDurably(join(this.folder, 'public-key.pem'), publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644);
      writeDurably(join(this.folder, 'signing-key.pem'), pem, 0o600);
    } catch (error) {
      throw generationError('GENERATIONS_UNUSABLE', `${this.folder} cannot be written: ${(error as Error).message}.`, error);
    }
    return pem;
  }

  private missing(): never {
    throw generationError(
      'GENERATIONS_KEY_MISSING',
      `There are generations, but ${join(this.folder, 'signing-key.pem')} is gone.`,
    );
  }

  private read(name: string): string | undefined {
    try {
      return readFileSync(join(this.folder, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw generationError(
        'GENERATIONS_UNUSABLE',
        `${join(this.folder, name)} cannot be read: ${(error as Error).message}.`,
        error,
      );
    }
  }
}
