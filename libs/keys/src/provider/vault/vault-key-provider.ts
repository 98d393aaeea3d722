import { z } from 'zod';
import { asHoldfastError } from '#kernel';
import { parseCiphertext } from '../../keystore/domain/provider-cipher.ts';
import { Breaker } from '../breaker.ts';
import { ciphertextInvalid, keyError, requireKeyName } from '../key-error.ts';
import type {
  KeyDescription,
  KeyProvider,
  ProviderCiphertext,
  ProviderHealth,
  ProviderKeyName,
  ProviderSignature,
  RewrapItem,
} from '../key-provider.ts';
import { asProviderRequest } from '../provider-request.ts';
import { rewrapBatches } from '../rewrap-batches.ts';
import { describeTransitKey, TransitKeys } from './transit-keys.ts';
import { batchSchema, ciphertextSchema, plaintextSchema, requireAnswer, signatureSchema } from './vault-answer.ts';
import { readVaultHealth } from './vault-health.ts';
import { type VaultAddress, VaultHttp } from './vault-http.adapter.ts';
import { type VaultCredentials, VaultSession } from './vault-session.ts';

/** Where the server is, how we sign in, and where its transit engine is mounted. */
export interface VaultOptions extends VaultAddress, VaultCredentials {
  mount: string;
}

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const nothing = z.unknown();

function asCiphertext(ciphertext: string): ProviderCiphertext {
  try {
    return { ciphertext, version: parseCiphertext(ciphertext).version };
  } catch {
    throw keyError('KEYS_PROTOCOL', 'The Vault server answers with something else than a ciphertext.');
  }
}

/** The provider keys of a Vault or OpenBao server's transit engine. */
export class VaultKeyProvider implements KeyProvider {
  readonly kind = 'vault';
  private readonly http: VaultHttp;
  private readonly session: VaultSession;
  private readonly keys: TransitKeys;
  private readonly breaker = new Breaker();

  constructor(options: VaultOptions) {
    this.http = new VaultHttp(options);
    this.session = new VaultSession(this.http, options);
    this.keys = new TransitKeys(this.session, options.mount);
  }

  /** `detail.requestId` is what the server's own audit calls the question: the record of a change of state carries it on. */
  health(): Promise<ProviderHealth> {
    return asProviderRequest(async (requestId) => {
      const { detail, ...health } = await this.askHealth();
      return { ...health, detail: { ...detail, requestId } };
    });
  }

  async ensureKey(name: ProviderKeyName): Promise<void> {
    requireKeyName(name);
    await this.breaker.run(() => this.keys.ensure(name));
  }

  async describe(name: ProviderKeyName): Promise<KeyDescription> {
    requireKeyName(name);
    return this.breaker.run(async () => describeTransitKey(await this.keys.read(name)));
  }

  async encrypt(name: ProviderKeyName, plaintext: Uint8Array, associatedData: Uint8Array): Promise<ProviderCiphertext> {
    requireKeyName(name);
    return this.breaker.run(async () => {
      await this.keys.requireKind(name, 'aes256-gcm96');
      const body = { plaintext: toBase64(plaintext), associated_data: toBase64(associatedData) };
      const answer = await this.session.ask({ ...this.keys.request('POST', 'encrypt', name), body });
      return asCiphertext(requireAnswer(answer, ciphertextSchema, `encrypt by ${name}`).data.ciphertext);
    });
  }

  async decrypt(name: ProviderKeyName, ciphertext: string, associatedData: Uint8Array): Promise<Buffer> {
    requireKeyName(name);
    const { version } = parseCiphertext(ciphertext);
    return this.breaker.run(async () => {
      const body = { ciphertext, associated_data: toBase64(associatedData) };
      const answer = await this.session.ask({ ...this.keys.request('POST', 'decrypt', name), body });
      if (answer.status === 400) throw await this.keys.whyClosed(name, version);
      return Buffer.from(requireAnswer(answer, plaintextSchema, `decrypt by ${name}`).data.plaintext, 'base64');
    });
  }

  /**
   * By decrypting and encrypting in batches: the engine's own rewrap takes no associated data and so cannot open what is bound to some
   * (hashicorp/vault#29532). The keys pass through this process's memory on their way.
   */
  async rewrap(name: ProviderKeyName, items: readonly RewrapItem[]): Promise<ProviderCiphertext[]> {
    requireKeyName(name);
    const wrapped: ProviderCiphertext[] = [];
    for (const batch of rewrapBatches(items)) wrapped.push(...(await this.breaker.run(() => this.rewrapBatch(name, batch))));
    return wrapped;
  }

  async rotate(name: ProviderKeyName): Promise<number> {
    requireKeyName(name);
    return this.breaker.run(async () => {
      await this.keys.read(name);
      const answer = await this.session.ask({ ...this.keys.request('POST', 'keys', name, '/rotate'), body: {} });
      requireAnswer(answer, nothing, `rotate ${name}`);
      return (await this.keys.read(name)).latest_version;
    });
  }

  async setMinimumVersion(name: ProviderKeyName, version: number): Promise<void> {
    requireKeyName(name);
    await this.breaker.run(() => this.trim(name, version));
  }

  async sign(name: ProviderKeyName, message: Uint8Array): Promise<ProviderSignature> {
    requireKeyName(name);
    return this.breaker.run(async () => {
      await this.keys.requireKind(name, 'ed25519');
      const answer = await this.session.ask({ ...this.keys.request('POST', 'sign', name), body: { input: toBase64(message) } });
      const [, version = '', signature = ''] = requireAnswer(answer, signatureSchema, `sign by ${name}`).data.signature.split(
        ':',
      );
      const made = (await this.keys.read(name)).keys[version.slice(1)];
      const publicKey = Buffer.from(typeof made === 'object' ? made.public_key : '', 'base64');
      if (publicKey.length !== 32) throw keyError('KEYS_PROTOCOL', `The Vault server does not tell the public key of ${name}.`);
      return { signature: Buffer.from(signature, 'base64'), publicKey };
    });
  }

  /** Forgets the token and ends all connections. */
  close(): void {
    this.session.close();
    this.http.close();
  }

  private async askHealth(): Promise<ProviderHealth> {
    try {
      const health = await readVaultHealth(this.http, this.session);
      if (health.state === 'READY') this.breaker.succeeded();
      return health;
    } catch (error) {
      const { code, message } = asHoldfastError(error);
      return { state: code === 'KEYS_SEALED' ? 'SEALED' : 'DEGRADED', reason: message, detail: { code } };
    }
  }

  private async rewrapBatch(name: ProviderKeyName, batch: readonly RewrapItem[]): Promise<ProviderCiphertext[]> {
    const versions = batch.map((item) => parseCiphertext(item.ciphertext).version);
    const bound = batch.map((item) => ({ associated_data: toBase64(item.associatedData) }));
    const closed = batch.map((item, at) => ({ ciphertext: item.ciphertext, ...bound[at] }));
    const opened = await this.session.ask({ ...this.keys.request('POST', 'decrypt', name), body: { batch_input: closed } });
    const results = batchSchema.safeParse(opened.body).data?.data.batch_results ?? [];
    const failed = results.findIndex((result) => result.error);
    if (failed >= 0) throw await this.keys.whyClosed(name, versions[failed] ?? 0);
    if (opened.status === 400) throw await this.keys.whyClosed(name, Math.min(...versions));
    requireAnswer(opened, batchSchema, `decrypt by ${name}`);
    const plaintexts = bound.map((item, at) => ({ ...item, plaintext: results[at]?.plaintext }));
    if (results.length !== batch.length || plaintexts.some(({ plaintext }) => plaintext === undefined))
      throw ciphertextInvalid();
    const answer = await this.session.ask({ ...this.keys.request('POST', 'encrypt', name), body: { batch_input: plaintexts } });
    const made = requireAnswer(answer, batchSchema, `encrypt by ${name}`).data.batch_results;
    if (made.length !== batch.length)
      throw keyError('KEYS_PROTOCOL', 'The Vault server answers another number of ciphertexts.');
    return made.map(({ ciphertext }) => asCiphertext(ciphertext ?? ''));
  }

  /** Versions are made unusable first and then removed: whoever is killed in between is asked to finish by the next call. */
  private async trim(name: ProviderKeyName, version: number): Promise<void> {
    const key = await this.keys.read(name);
    if (version <= key.min_available_version || version <= 1) return;
    if (version > key.latest_version)
      throw keyError(
        'KEYS_PROTOCOL',
        `The provider key ${name} ends with version ${key.latest_version}; it cannot begin with ${version}.`,
      );
    const minimum = Math.max(version, key.min_decryption_version);
    const steps = [
      ['/config', { min_decryption_version: minimum, min_encryption_version: minimum }],
      ['/trim', { min_available_version: version }],
    ] as const;
    for (const [step, body] of steps) {
      const answer = await this.session.ask({ ...this.keys.request('POST', 'keys', name, step), body });
      requireAnswer(answer, nothing, `destroy old versions of ${name}`);
    }
  }
}
