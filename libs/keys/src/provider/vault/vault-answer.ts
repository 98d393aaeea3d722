import { z } from 'zod';
import { keyError } from '../key-error.ts';
import type { VaultAnswer } from './vault-http.adapter.ts';

const standby = new Set([472, 473]);

/** What the statuses mean that say something of the server rather than of the request; undefined for all others. */
export function serverError(status: number): Error | undefined {
  if (status >= 300 && status < 400)
    return keyError('KEYS_UNAVAILABLE', 'The Vault server redirects elsewhere, which is not followed: name the active server.');
  if (status === 501) return keyError('KEYS_SEALED', 'The Vault server has not been initialised.');
  if (status === 503) return keyError('KEYS_SEALED', 'The Vault server is sealed.');
  if (standby.has(status)) return keyError('KEYS_UNAVAILABLE', 'The Vault server is a standby.');
  if (status === 429) return keyError('KEYS_UNAVAILABLE', 'The Vault server is a standby, or has had too many requests.');
  if (status === 412 || status >= 500) return keyError('KEYS_UNAVAILABLE', `The Vault server fails (status ${status}).`);
  return undefined;
}

/** An answer that must have succeeded, as its schema. Throws the server's failures, KEYS_REFUSED for 403 and KEYS_PROTOCOL for all else. */
export function requireAnswer<Value>(answer: VaultAnswer, schema: z.ZodType<Value>, what: string): Value {
  const { status, body } = answer;
  const failure = serverError(status);
  if (failure) throw failure;
  if (status === 403) throw keyError('KEYS_REFUSED', `The Vault server does not allow us to ${what}.`);
  if (status !== 200 && status !== 204)
    throw keyError('KEYS_PROTOCOL', `The Vault server refuses to ${what} (status ${status}).`);
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw keyError('KEYS_PROTOCOL', `The Vault server answers something else than was asked: to ${what}.`);
}

const version = z.number().int().nonnegative();
const encoded = z.string();

/** A login or a renewal. */
export const grantSchema = z.object({
  auth: z.object({ client_token: encoded.min(1), lease_duration: version, renewable: z.boolean().default(false) }),
});

/** A key as the transit engine describes it; public keys are there for signing keys only. */
export const transitKeySchema = z.object({
  data: z.object({
    type: z.string(),
    latest_version: version,
    min_decryption_version: version,
    min_available_version: version.default(0),
    keys: z.record(
      z.string().regex(/^[1-9]\d*$/),
      z.union([z.number(), z.object({ public_key: encoded.default(''), creation_time: z.string().default('') })]),
    ),
  }),
});
export type TransitKey = z.output<typeof transitKeySchema>['data'];

/** What encrypting, decrypting and signing answer. */
export const ciphertextSchema = z.object({ data: z.object({ ciphertext: encoded }) });
export const plaintextSchema = z.object({ data: z.object({ plaintext: encoded }) });
export const signatureSchema = z.object({
  data: z.object({ signature: z.string().regex(/^vault:v[1-9]\d*:[A-Za-z0-9+/]+=*$/) }),
});

/** Results of a batch in the order of its input. One that failed has an error in place of its value; Vault says why in words. */
export const batchSchema = z.object({
  data: z.object({
    batch_results: z.array(
      z.object({ ciphertext: encoded.optional(), plaintext: encoded.optional(), error: z.string().optional() }),
    ),
  }),
});

/** What `sys/health` tells of a server. */
export const serverHealthSchema = z.object({
  version: z.string().optional(),
  sealed: z.boolean().optional(),
  standby: z.boolean().optional(),
  server_time_utc: z.number().optional(),
});
