import { asHoldfastError, HoldfastError } from '#kernel';
import { acquireRunLock, type RunLock } from '#supervisor';
import { loggerFor } from '#telemetry';
import { keyError } from '../provider/key-error.ts';
import { encodeFrame, type Frame } from './frame.ts';
import { FrameServer, socketModes } from './frame-server.adapter.ts';
import { Keystore } from './keystore.ts';
import { KeystoreActs } from './keystore-acts.ts';
import { operatorSocketOf } from './keystore-place.ts';
import type { KeystoreGreeting } from './keystore-status.ts';
import { performVerb } from './keystore-verbs.ts';
import { ownAccount } from './own-account.adapter.ts';
import type { SealKind } from './seals/master-seal.ts';
import { type SealSet, sealsFor } from './seals/seal-set.ts';
import type { UnitKeyFiles } from './seals/unit-key.adapter.ts';

type Asker = Parameters<typeof performVerb>[2];

const log = loggerFor('keystore');
/** What operators want to find in the log: verbs that change keys or state. */
const notable = new Set(['ensureKey', 'rotate', 'setMinimumVersion', 'initialise', 'unseal', 'seal', 'reseal', 'shares']);

/** Where a keystore lies, where it listens, and the seal of one that is made anew. */
export interface KeystoreOptions {
  folder: string;
  socketPath: string;
  seal: SealKind;
  /** Whether the socket is for this process's group; what changes the seal is then asked on a second socket, by root alone. */
  servesGroup?: boolean;
  /** The key that systemd hands over, where it does. */
  unitKey?: UnitKeyFiles;
  seals?: SealSet;
}

function errorFrame(id: unknown, thrown: unknown): Buffer {
  const isExpected = thrown instanceof HoldfastError;
  // An error that nobody has foreseen may have anything in its message.
  const error = isExpected ? thrown : keyError('KEYS_PROTOCOL', 'The keystore failed in a way that was not foreseen.');
  const { code, message, values } = asHoldfastError(error);
  return encodeFrame({ head: { id, error: { code, message, values } }, parts: [] });
}

/** The embedded keystore behind its socket. One per folder at a time. */
export class KeystoreService {
  private readonly keystore: Keystore;
  private readonly acts = new KeystoreActs();
  private readonly server: FrameServer;
  private readonly operators: FrameServer | undefined;
  private readonly options: KeystoreOptions;
  private lock: RunLock | undefined;

  constructor(options: KeystoreOptions) {
    const { folder, seals, unitKey, servesGroup } = options;
    this.options = options;
    this.keystore = new Keystore(folder, seals ?? sealsFor(folder, unitKey));
    this.server = this.serve(servesGroup ? 'client' : 'operator');
    this.operators = servesGroup ? this.serve('operator') : undefined;
  }

  /** Opens the keystore as far as its seal allows, and listens. Throws KEYS_STORE_LOCKED when another process has the folder. */
  async start(): Promise<void> {
    const { folder, socketPath, seal } = this.options;
    this.lock = await acquireRunLock(folder);
    if (!this.lock) throw keyError('KEYS_STORE_LOCKED', `Another process has the keystore in ${folder}.`);
    await this.keystore.start(seal);
    const { state, reason, warnings } = this.keystore.status;
    log.info({ state, reason, warnings }, 'The keystore has started');
    await this.operators?.listen(operatorSocketOf(socketPath), socketModes.accountBesideGroup);
    await this.server.listen(socketPath, this.operators ? socketModes.group : socketModes.account);
  }

  /** Ends all connections and wipes the keys. */
  async stop(): Promise<void> {
    await Promise.all([this.server.close(), this.operators?.close()]);
    this.keystore.close();
    await this.lock?.release();
  }

  private serve(from: Asker): FrameServer {
    return new FrameServer(
      (frame) => this.answer(frame, from),
      (error) => errorFrame(null, error),
    );
  }

  private async answer(frame: Frame, from: Asker): Promise<Buffer> {
    const { id = null, verb } = frame.head;
    const isIdle = verb === 'unseal' && this.keystore.status.state === 'READY';
    try {
      const { head = {}, parts = [] } = this.tell(verb) ?? (await performVerb(this.keystore, frame, from));
      const bytes = encodeFrame({ head: { ...head, id }, parts });
      for (const part of parts) part.fill(0);
      if (!isIdle) this.acts.note(frame.head);
      if (notable.has(String(verb))) log.info({ verb, key: frame.head.name }, 'The keystore has changed');
      return bytes;
    } catch (error) {
      const { code } = asHoldfastError(error);
      this.acts.note(frame.head, code);
      log.warn({ verb: String(verb).slice(0, 40), code }, 'The keystore refuses');
      return errorFrame(id, error);
    }
  }

  /** What is asked of the process rather than of the keys. */
  private tell(verb: unknown): Partial<Frame> | undefined {
    if (verb === 'acts') return { head: { acts: this.acts.all } };
    if (verb !== 'state') return undefined;
    const greeting: KeystoreGreeting = {
      account: ownAccount(),
      servesGroup: this.operators !== undefined,
      lastAct: this.acts.last,
    };
    return { head: { status: { ...this.keystore.status, ...greeting } } };
  }
}
