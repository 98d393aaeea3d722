import { asHoldfastError, HoldfastError } from '#kernel';
import { acquireRunLock, type RunLock } from '#supervisor';
import { loggerFor } from '#telemetry';
import { keyError } from '../provider/key-error.ts';
import { encodeFrame, type Frame } from './frame.ts';
import { FrameServer } from './frame-server.adapter.ts';
import { Keystore } from './keystore.ts';
import { performVerb } from './keystore-verbs.ts';
import type { SealKind } from './seals/master-seal.ts';
import { type SealSet, sealsFor } from './seals/seal-set.ts';

const log = loggerFor('keystore');
/** What operators want to find in the log: verbs that change keys or state. */
const notable = new Set(['ensureKey', 'rotate', 'setMinimumVersion', 'initialise', 'unseal', 'seal', 'reseal', 'shares']);

/** Where a keystore lies, where it listens, and the seal of one that is made anew. */
export interface KeystoreOptions {
  folder: string;
  socketPath: string;
  seal: SealKind;
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
  private readonly server: FrameServer;
  private readonly options: KeystoreOptions;
  private lock: RunLock | undefined;

  constructor(options: KeystoreOptions) {
    this.options = options;
    this.keystore = new Keystore(options.folder, options.seals ?? sealsFor(options.folder));
    this.server = new FrameServer(
      (frame) => this.answer(frame),
      (error) => errorFrame(null, error),
    );
  }

  /** Opens the keystore as far as its seal allows, and listens. Throws KEYS_STORE_LOCKED when another process has the folder. */
  async start(): Promise<void> {
    const { folder, socketPath, seal } = this.options;
    this.lock = await acquireRunLock(folder);
    if (!this.lock) throw keyError('KEYS_STORE_LOCKED', `Another process has the keystore in ${folder}.`);
    await this.keystore.start(seal);
    const { state, reason, warnings } = this.keystore.status;
    log.info({ state, reason, warnings }, 'The keystore has started');
    await this.server.listen(socketPath);
  }

  /** Ends all connections and wipes the keys. */
  async stop(): Promise<void> {
    await this.server.close();
    this.keystore.close();
    await this.lock?.release();
  }

  private async answer(frame: Frame): Promise<Buffer> {
    const { id = null, verb } = frame.head;
    try {
      const { head = {}, parts = [] } = await performVerb(this.keystore, frame);
      const bytes = encodeFrame({ head: { ...head, id }, parts });
      for (const part of parts) part.fill(0);
      if (notable.has(String(verb))) log.info({ verb, key: frame.head.name }, 'The keystore has changed');
      return bytes;
    } catch (error) {
      const { code } = asHoldfastError(error);
      log.warn({ verb: String(verb).slice(0, 40), code }, 'The keystore refuses');
      return errorFrame(id, error);
    }
  }
}
