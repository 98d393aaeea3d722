import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditTrail } from '#audit';
import type { Sql, SystemDatabase, TenantDatabase } from '#database';
import { currentContext, newId } from '#kernel';
import { readTombstone, type SignedTombstone } from '../domain/tombstone.ts';
import { encryptionKeys } from '../encryption-key.repository.ts';
import { asKeeper, keeper } from '../keeper-context.ts';
import type { KeyReadiness } from '../key-readiness.ts';
import type { Keyring } from '../keyring.ts';
import { keyringError } from '../keyring-error.ts';
import { revocationMs } from '../revocation-watch.ts';
import { tombstones } from '../tombstone.repository.ts';
import type { Erasables } from './erasables.ts';
import type { TombstoneDraft, TombstoneWriter } from './tombstone-writer.ts';

/** Objects that one tombstone names at most. */
const mostObjects = 1000;
/** For timers and clocks that are not quite alike. */
const marginMs = 250;

/** What erasing needs. */
export interface ErasureParts {
  writer: TombstoneWriter;
  system: SystemDatabase;
  tenant: TenantDatabase;
  audit: AuditTrail;
  readiness: KeyReadiness;
  keyring: Keyring;
  erasables: Erasables;
}

/** Destroys keys, and with them whatever they sealed, so that no restore brings it back. Never call it within a transaction: what is written to the ledger is not taken back. */
export class KeyErasure {
  readonly #parts: ErasureParts;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /**
   * Destroys a key of the current organisation with all its versions; returns once no process uses it any more. Destroying it again answers the first tombstone. Throws KEYS_KEY_UNKNOWN, and
   * KEYS_ORGANISATION_KEPT for the organisation's own key, below which all others hang, unless that is said to be meant.
   */
  async destroyKey(keyId: string, options: { wholeOrganisation?: boolean } = {}): Promise<SignedTombstone> {
    const { system, tenant, readiness, keyring } = this.#parts;
    await readiness.requireReady();
    const { organisationId } = currentContext();
    const key = await tenant.run((sql) => encryptionKeys.find(sql, keyId));
    if (!key) throw keyringError('KEYS_KEY_UNKNOWN', `The organisation has no key ${keyId}.`, { keyId });
    if (key.kind === 'organisation' && !options.wholeOrganisation)
      throw keyringError('KEYS_ORGANISATION_KEPT', `All keys of the organisation hang on ${keyId}.`, { keyId });
    const draft: TombstoneDraft = { organisationId, act: 'key-destroyed', keyId, keyKind: key.kind, objectIds: [] };
    const written = await system.run(async (sql) => {
      await tombstones.lock(sql);
      const former = await tombstones.findByKey(sql, organisationId, keyId);
      const tombstone = former ? readTombstone(former.line) : await this.#write(sql, draft);
      await this.#destroyInDatabase(sql, tombstone);
      await tombstones.markApplied(sql, tombstone.sequence);
      return tombstone;
    });
    keyring.forgetOrganisation(organisationId);
    await sleep(revocationMs + marginMs);
    return written;
  }

  /** Destroys the data keys of objects, by those who hold them. Throws what an erasable throws; the next round of upkeep goes on then. */
  async destroyObjects(objectIds: readonly string[]): Promise<SignedTombstone[]> {
    const { system, readiness } = this.#parts;
    await readiness.requireReady();
    const { organisationId } = currentContext();
    const written: SignedTombstone[] = [];
    for (let start = 0; start < objectIds.length; start += mostObjects) {
      const some = objectIds.slice(start, start + mostObjects);
      const draft: TombstoneDraft = { organisationId, act: 'objects-destroyed', keyId: null, keyKind: null, objectIds: some };
      const tombstone = await system.run((sql) => this.#write(sql, draft));
      await this.#apply(tombstone);
      written.push(tombstone);
    }
    return written;
  }

  /**
   * Destroys again what a restore brought back, and what a crash left half done; `everything` also reads the whole ledger and looks at what this
   * database says is done. Answers how many tombstones were applied. Needs no
   * key provider. Throws KEYS_LEDGER_DAMAGED before anything is applied.
   */
  async applyTombstones(options: { everything?: boolean } = {}): Promise<number> {
    const { system, keyring } = this.#parts;
    const due = await system.run(async (sql) => {
      await this.#parts.writer.reconcile(sql, options);
      return options.everything ? tombstones.listAll(sql) : tombstones.listPending(sql);
    });
    for (const { line } of due) {
      const tombstone = readTombstone(line);
      await this.#apply(tombstone);
      keyring.forgetOrganisation(tombstone.organisationId);
    }
    return due.length;
  }

  async #write(sql: Sql, draft: TombstoneDraft): Promise<SignedTombstone> {
    const { writer, audit } = this.#parts;
    const tombstone = await writer.write(sql, draft);
    const { actor, requestId } = currentContext();
    await audit.recordSystem(sql, {
      organisationId: draft.organisationId,
      actor: actor.kind === 'job' ? keeper : { ...actor, kind: actor.kind },
      requestId,
      action: draft.act === 'key-destroyed' ? 'key.destroyed' : 'object-keys.destroyed',
      target: { kind: 'tombstone', id: String(tombstone.sequence) },
      detail: { keyId: draft.keyId, keyKind: draft.keyKind, objects: draft.objectIds.length },
    });
    return tombstone;
  }

  async #apply(tombstone: SignedTombstone): Promise<void> {
    const { system, erasables } = this.#parts;
    await system.run((sql) => this.#destroyInDatabase(sql, tombstone));
    for (const erasable of erasables.all()) await asKeeper(tombstone.organisationId, () => erasable.eraseAgain(tombstone));
    await system.run((sql) => tombstones.markApplied(sql, tombstone.sequence));
  }

  /** Nothing to do for the keys that are gone already. */
  async #destroyInDatabase(sql: Sql, { organisationId, keyId, sequence }: SignedTombstone): Promise<void> {
    if (keyId === null) return;
    const destroyed = await tombstones.destroyKeys(sql, organisationId, keyId);
    if (destroyed.length === 0) return;
    await this.#parts.audit.recordSystem(sql, {
      organisationId,
      actor: keeper,
      requestId: newId(),
      action: 'key.gone',
      target: { kind: 'key', id: keyId },
      detail: { tombstone: sequence, keys: destroyed.length },
    });
  }
}
