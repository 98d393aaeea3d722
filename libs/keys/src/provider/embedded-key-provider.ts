import { z } from 'zod';
import { asHoldfastError } from '#kernel';
import type { Frame } from '../keystore/frame.ts';
import type { KeystoreAct } from '../keystore/keystore-acts.ts';
import type { KeystoreGreeting, KeystoreStatus } from '../keystore/keystore-status.ts';
import { Breaker } from './breaker.ts';
import { judgeKeeper } from './domain/keystore-keeper.ts';
import { ciphertextInvalid, keyError, requireKeyName } from './key-error.ts';
import type {
  KeyDescription,
  KeyProvider,
  ProviderCiphertext,
  ProviderHealth,
  ProviderKeyName,
  ProviderSignature,
  RewrapItem,
} from './key-provider.ts';
import { KeystoreConnection } from './keystore-connection.adapter.ts';
import { rewrapBatches } from './rewrap-batches.ts';
import { ownerOf } from './socket-owner.adapter.ts';

const timeoutMs = 2_000;
const healthTimeoutMs = 1_500;

const version = z.number().int().positive();
const ciphertext = z.object({ ciphertext: z.string(), version });
const description = z.object({
  latestVersion: version,
  minimumVersion: version,
  versions: z.array(version),
  madeAtMs: z.array(z.number()),
});

const act = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  action: z.string(),
  by: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

/** Reads an answer of the keystore. Throws KEYS_PROTOCOL when it lacks something. */
function read<Value>(schema: z.ZodType<Value>, { head }: Frame): Value {
  const result = schema.safeParse(head);
  if (result.success) return result.data;
  throw keyError('KEYS_PROTOCOL', 'The keystore answered something else than was asked.');
}

function requirePart({ parts }: Frame, at: number): Buffer {
  const part = parts[at];
  if (part) return part;
  throw keyError('KEYS_PROTOCOL', 'The keystore answered less than was asked.');
}

/** The provider keys of the appliance's own keystore (apps/keyd). */
export class EmbeddedKeyProvider implements KeyProvider {
  readonly kind = 'embedded';
  private readonly connection: KeystoreConnection;
  private readonly breaker = new Breaker();
  private readonly socketPath: string;
  private readonly applianceUid: number | undefined;

  /** `applianceUid` is the account that everything else of the appliance runs under: ours unless said. */
  constructor(socketPath: string, applianceUid = process.getuid?.()) {
    this.connection = new KeystoreConnection(socketPath);
    this.socketPath = socketPath;
    this.applianceUid = applianceUid;
  }

  async health(): Promise<ProviderHealth> {
    try {
      const { head } = await this.connection.ask({ verb: 'state' }, [], healthTimeoutMs);
      this.breaker.succeeded();
      const { state, reason, warnings, account, ...detail } = head.status as KeystoreStatus & KeystoreGreeting;
      const keeper = judgeKeeper(account, ownerOf(this.socketPath), this.applianceUid);
      return { state, reason: reason ?? warnings[0] ?? null, detail: { ...detail, warnings, keeper } };
    } catch (error) {
      const { code, message } = asHoldfastError(error);
      return { state: 'DEGRADED', reason: message, detail: { code } };
    }
  }

  async ensureKey(name: ProviderKeyName): Promise<void> {
    await this.ask('ensureKey', name);
  }

  async describe(name: ProviderKeyName): Promise<KeyDescription> {
    return read(description, await this.ask('describe', name));
  }

  async encrypt(name: ProviderKeyName, plaintext: Uint8Array, associatedData: Uint8Array): Promise<ProviderCiphertext> {
    return read(ciphertext, await this.ask('encrypt', name, {}, [plaintext, associatedData]));
  }

  async decrypt(name: ProviderKeyName, text: string, associatedData: Uint8Array): Promise<Buffer> {
    if (typeof text !== 'string') throw ciphertextInvalid();
    return requirePart(await this.ask('decrypt', name, { ciphertext: text }, [associatedData]), 0);
  }

  async rewrap(name: ProviderKeyName, items: readonly RewrapItem[]): Promise<ProviderCiphertext[]> {
    const wrapped: ProviderCiphertext[] = [];
    for (const batch of rewrapBatches(items)) {
      const ciphertexts = batch.map((item) => item.ciphertext);
      const bound = batch.map((item) => item.associatedData);
      const answer = await this.ask('rewrap', name, { ciphertexts }, bound);
      wrapped.push(...read(z.object({ items: z.array(ciphertext).length(batch.length) }), answer).items);
    }
    return wrapped;
  }

  async rotate(name: ProviderKeyName): Promise<number> {
    return read(z.object({ version }), await this.ask('rotate', name)).version;
  }

  async setMinimumVersion(name: ProviderKeyName, minimumVersion: number): Promise<void> {
    await this.ask('setMinimumVersion', name, { minimumVersion });
  }

  async sign(name: ProviderKeyName, message: Uint8Array): Promise<ProviderSignature> {
    const answer = await this.ask('sign', name, {}, [message]);
    return { signature: requirePart(answer, 0), publicKey: requirePart(answer, 1) };
  }

  /** What was done to the keystore since it was started, the oldest first. */
  async acts(): Promise<KeystoreAct[]> {
    const { acts } = read(z.object({ acts: z.array(act) }), await this.connection.ask({ verb: 'acts' }, [], timeoutMs));
    return acts;
  }

  /** Ends the connection to the keystore. */
  close(): void {
    this.connection.close();
  }

  private async ask(
    verb: string,
    name: ProviderKeyName,
    head: Record<string, unknown> = {},
    parts: readonly Uint8Array[] = [],
  ): Promise<Frame> {
    requireKeyName(name);
    const bytes = parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    return this.breaker.run(() => this.connection.ask({ verb, name, ...head }, bytes, timeoutMs));
  }
}
