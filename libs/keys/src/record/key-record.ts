import type { AuditTrail, SystemAuditEntry } from '#audit';
import type { SystemDatabase } from '#database';
import { newId } from '#kernel';
import { loggerFor } from '#telemetry';
import type { KeystoreAct } from '../keystore/keystore-acts.ts';
import type { KeyProvider, KeyState } from '../provider/key-provider.ts';
import type { KeyStateReport, KeyStateWatch } from '../provider/key-state-watch.ts';
import { changeOf, isConfirmation, isGuess, isNews, type KeyChange } from './key-change.ts';
import { keyStates } from './key-state.repository.ts';

const logger = loggerFor('keys');
const roundMs = 5_000;
const mostWaiting = 200;
/** Others, who have had the keys, are to speak first. */
const guessAfterMs = 20_000;

/** What the record of keys needs. */
export interface KeyRecordParts {
  provider: Pick<KeyProvider, 'acts'>;
  watch: KeyStateWatch;
  system: SystemDatabase;
  audit: AuditTrail;
}

/**
 * Writes into the audit how the keys are and what is done to the keystore: every change once, whichever process sees it first. While the database
 * is away changes wait here, the newest 200 of them, and acts in the keystore; both are written when it is back.
 */
export class KeyRecord {
  readonly #parts: KeyRecordParts;
  readonly #waiting: KeyChange[] = [];
  #seen: KeyState | undefined;
  #writtenAct: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopListening: (() => void) | undefined;

  constructor(parts: KeyRecordParts) {
    this.#parts = parts;
  }

  /** Listens, and looks every five seconds until `stop`. */
  start(): void {
    const { watch } = this.#parts;
    this.#stopListening = watch.onChange((report) => {
      this.#see(report);
      void this.write();
    });
    this.#timer = setInterval(() => void this.write(), roundMs).unref();
  }

  /** Waits for what is being written. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening?.();
    await this.#round;
  }

  /** Writes what there is to write, one round after another. Never throws. */
  write(): Promise<void> {
    this.#round = this.#round
      .then(() => this.#writeAll())
      .catch((error: unknown) => {
        logger.warn(
          { err: error, waiting: this.#waiting.length },
          'The record of keys could not be written; it is tried again',
        );
      });
    return this.#round;
  }

  /** Takes notice of how it is without a change: at the start of a process, whose first state nobody announces. */
  #look(report: KeyStateReport): void {
    const isFirst = this.#seen === undefined;
    if (isFirst && isGuess(report) && Date.now() - report.since.getTime() < guessAfterMs) return;
    this.#see(report, isFirst && isGuess(report));
  }

  #see(report: KeyStateReport, asGuess = false): void {
    if (report.state === this.#seen) return;
    this.#seen = report.state;
    this.#waiting.push(changeOf(report, asGuess));
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
  }

  async #writeAll(): Promise<void> {
    const { watch } = this.#parts;
    if (watch.hasAsked) this.#look(watch.current);
    await this.#writeActs(watch.current);
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      await this.#writeChange(next);
      this.#waiting.shift();
    }
  }

  async #writeChange(change: KeyChange): Promise<void> {
    const { system, audit } = this.#parts;
    await system.run(async (sql) => {
      const known = await keyStates.lock(sql);
      const news = isNews(change, known);
      if (news || isConfirmation(change, known)) await keyStates.put(sql, change.state, change.since);
      if (news) await audit.recordSystem(sql, changeEntry(change, known.state));
    });
  }

  async #writeActs({ detail }: KeyStateReport): Promise<void> {
    const { provider, system, audit } = this.#parts;
    const last = (detail.lastAct as KeystoreAct | null | undefined)?.id;
    if (last === undefined || last === this.#writtenAct || !provider.acts) return;
    const acts = await provider.acts();
    const fresh = acts.slice(acts.findIndex(({ id }) => id === this.#writtenAct) + 1);
    await system.run(async (sql) => {
      for (const act of fresh) await audit.recordOnce(sql, actEntry(act));
    });
    this.#writtenAct = last;
  }
}

function changeEntry({ state, since, provider, reason, act, requestId }: KeyChange, former: KeyState): SystemAuditEntry {
  return {
    organisationId: null,
    actor: { kind: 'system', id: 'keys', label: 'Key provider' },
    requestId: act?.id ?? requestId ?? newId(),
    action: `keys.${state.toLowerCase()}`,
    target: { kind: 'key-provider', id: provider },
    detail: { former, at: since.toISOString(), reason, ...(act ? { because: act.action, by: act.by } : {}) },
  };
}

function actEntry({ id, at, action, by, detail }: KeystoreAct): SystemAuditEntry {
  return {
    organisationId: null,
    actor: { kind: 'command', id: 'keys', label: by ?? 'somebody on the machine' },
    requestId: id,
    action,
    target: { kind: 'keystore', id: 'keyd' },
    detail: { ...detail, at },
  };
}
