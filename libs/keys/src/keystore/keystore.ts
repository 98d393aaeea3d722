import { randomBytes, randomUUID } from 'node:crypto';
import { keyError } from '../provider/key-error.ts';
import { type KeyTable, wipeTable } from './domain/key-table.ts';
import { decodeTable, encodeTable } from './domain/key-table-codec.ts';
import type { KeystoreStatus } from './keystore-status.ts';
import type { SealKind, UnsealSecret } from './seals/master-seal.ts';
import { openMaster, proveSeal } from './seals/open-master.ts';
import { type SealSet, sealNamed, sealOf } from './seals/seal-set.ts';
import { makeShareSet, openWithShares } from './seals/shares.ts';
import { StoreFileKeeper } from './store-file-keeper.ts';
import { openBody, type StoreFile, sealBody } from './store-format.ts';

interface Unsealed {
  master: Buffer;
  table: KeyTable;
}

/**
 * The embedded keystore: a file of keys under a master key, and the seal that keeps the master key. Changes are on the disk before they are
 * answered. What changes the seal or the state happens one after another.
 */
export class Keystore {
  private readonly keeper: StoreFileKeeper;
  private readonly seals: SealSet;
  private file: StoreFile | undefined;
  private unsealed: Unsealed | undefined;
  private isUnsealing = false;
  private reason: string | null = 'The keystore has not been started yet.';
  private lastStep: Promise<unknown> = Promise.resolve();

  constructor(folder: string, seals: SealSet) {
    this.keeper = new StoreFileKeeper(folder);
    this.seals = seals;
  }

  get status(): KeystoreStatus {
    const { file } = this;
    const seal = file && sealOf(this.seals, file.seal);
    const warning = (file && seal?.warning(file.seal)) ?? null;
    const { setId, threshold, shares, createdAt } = file?.recovery ?? {};
    return {
      state: this.unsealed ? 'READY' : this.isUnsealing ? 'UNSEALING' : 'SEALED',
      reason: this.unsealed ? null : this.reason,
      seal: file?.seal.kind ?? null,
      boundTo: (file && seal?.boundTo?.(file.seal)) ?? null,
      warnings: warning ? [warning] : [],
      recoveryShares: setId && threshold && shares && createdAt ? { setId, threshold, shares, createdAt } : null,
    };
  }

  /** The keys. Throws KEYS_SEALED. */
  get table(): KeyTable {
    return this.requireUnsealed().table;
  }

  /**
   * Opens what is there as far as its seal opens by itself, and makes a new keystore where there is none and the given seal needs nobody.
   * Never throws: what is in the way is the reason for being sealed.
   */
  async start(preferred: SealKind): Promise<void> {
    try {
      this.file = this.keeper.read();
      if (this.file) await this.startFrom(this.file);
      else if (this.seals[preferred].opensItself) await this.initialise(preferred, {});
      else this.reason = `The keystore has not been made yet: its seal (${preferred}) needs somebody.`;
    } catch (error) {
      this.reason = (error as Error).message;
    }
  }

  /** Makes a new keystore; answers the shares where the seal is made of them. Throws KEYS_STATE when there is one already. */
  initialise(kind: SealKind, secret: UnsealSecret): Promise<Buffer[]> {
    return this.inTurn(async () => {
      if (this.keeper.read()) throw keyError('KEYS_STATE', `There is a keystore already: ${this.keeper.path}.`);
      const storeId = randomUUID();
      const master = randomBytes(32);
      const made = await proveSeal(sealNamed(this.seals, kind), master, storeId, secret);
      this.save(master, new Map(), { storeId, seal: made.record, recovery: null, body: '' });
      this.unsealed = { master, table: new Map() };
      return made.shares;
    });
  }

  /** Opens the keystore: by passphrase, by shares (of the seal or for recovery), or by nothing where the seal opens itself. Throws KEYS_UNSEAL_FAILED. */
  unseal(secret: UnsealSecret): Promise<void> {
    return this.inTurn(async () => {
      if (this.unsealed) return;
      const file = this.keeper.read();
      if (!file) throw keyError('KEYS_STATE', 'The keystore has not been made yet.');
      this.isUnsealing = true;
      try {
        await this.openWith(file, secret);
      } finally {
        this.isUnsealing = false;
      }
    });
  }

  /** Wipes all keys from memory. */
  seal(): Promise<void> {
    return this.inTurn(async () => this.wipe('Somebody has sealed the keystore.'));
  }

  /** Puts the master key under another seal; answers the shares where it is made of them. Wants proof as `makeShares` does. */
  reseal(kind: SealKind, secret: UnsealSecret, proof: UnsealSecret = {}): Promise<Buffer[]> {
    return this.inTurn(async () => {
      const { master } = await this.requireProof(proof);
      const made = await proveSeal(sealNamed(this.seals, kind), master, this.requireFile().storeId, secret);
      const former = this.requireFile();
      this.write({ ...former, seal: made.record });
      sealOf(this.seals, former.seal).discard(former.seal);
      return made.shares;
    });
  }

  /**
   * Makes new recovery shares; those made before no longer open the keystore. Where the seal needs somebody it wants what opens it once more:
   * whoever has taken over a process that may ask must not walk away with the master key. Throws KEYS_PROOF_NEEDED or KEYS_UNSEAL_FAILED.
   */
  makeShares(proof: UnsealSecret = {}): Promise<Buffer[]> {
    return this.inTurn(async () => {
      const { master } = await this.requireProof(proof);
      const file = this.requireFile();
      const { record, shares } = makeShareSet(master, file.storeId);
      openWithShares(record, file.storeId, shares.slice(-record.threshold)).fill(0);
      this.write({ ...file, recovery: { ...record, createdAt: new Date().toISOString() } });
      return shares;
    });
  }

  /** Puts another table in place of the present one, durably, and wipes what fell out of it. */
  replaceTable(table: KeyTable): void {
    const { master, table: former } = this.requireUnsealed();
    if (table === former) return;
    this.save(master, table, this.requireFile());
    this.unsealed = { master, table };
    const kept = new Set([...table.values()].flatMap((key) => key.versions));
    for (const key of former.values()) for (const version of key.versions) if (!kept.has(version)) version.material.fill(0);
  }

  /** Wipes all keys from memory at the end of the process. */
  close(): void {
    this.wipe('The keystore is being stopped.');
  }

  private async startFrom(file: StoreFile): Promise<void> {
    if (sealOf(this.seals, file.seal).opensItself) await this.unseal({});
    else this.reason = `The keystore waits to be unsealed: its seal (${file.seal.kind}) needs somebody.`;
  }

  private async openWith(file: StoreFile, secret: UnsealSecret): Promise<void> {
    const master = await openMaster(this.seals, file, secret);
    const body = openBody(master, file);
    if (!body) {
      master.fill(0);
      throw keyError('KEYS_STORE_UNREADABLE', `${this.keeper.path} is damaged: its keys do not open under its master key.`);
    }
    const table = decodeTable(body);
    body.fill(0);
    this.file = file;
    this.unsealed = { master, table };
  }

  private wipe(reason: string): void {
    this.reason = reason;
    if (!this.unsealed) return;
    wipeTable(this.unsealed.table);
    this.unsealed.master.fill(0);
    this.unsealed = undefined;
  }

  private save(master: Buffer, table: KeyTable, file: StoreFile): void {
    const bytes = encodeTable(table);
    const body = sealBody(master, bytes, file.storeId);
    bytes.fill(0);
    this.write({ ...file, body });
  }

  private write(file: StoreFile): void {
    try {
      this.keeper.write(file);
    } catch (error) {
      throw keyError('KEYS_UNAVAILABLE', `The keystore cannot be written: ${(error as Error).message}`);
    }
    this.file = file;
  }

  private requireUnsealed(): Unsealed {
    if (this.unsealed) return this.unsealed;
    throw keyError('KEYS_SEALED', `The keystore is sealed. ${this.reason ?? ''}`.trim());
  }

  private async requireProof(proof: UnsealSecret): Promise<Unsealed> {
    const unsealed = this.requireUnsealed();
    const file = this.requireFile();
    if (sealOf(this.seals, file.seal).opensItself) return unsealed;
    if (!proof.passphrase && !proof.shares)
      throw keyError('KEYS_PROOF_NEEDED', 'The keystore wants its passphrase or shares once more for this.');
    (await openMaster(this.seals, file, proof)).fill(0);
    return unsealed;
  }

  private requireFile(): StoreFile {
    if (this.file) return this.file;
    throw keyError('KEYS_STATE', 'The keystore has not been made yet.');
  }

  private inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const turn = this.lastStep.then(step);
    this.lastStep = turn.catch(() => {});
    return turn;
  }
}
