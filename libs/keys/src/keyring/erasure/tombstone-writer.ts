import type { Sql } from '#database';
import { type Clock, systemClock } from '#kernel';
import type { KeyProvider, ProviderKeyName } from '../../provider/key-provider.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { erasureSigningKey } from '../domain/key-names.ts';
import { firstPrevious, hashOfLine, readLedger, type SignedTombstone, type Tombstone } from '../domain/tombstone.ts';
import { keyringError } from '../keyring-error.ts';
import { tombstones } from '../tombstone.repository.ts';
import type { TombstoneLedger } from './tombstone-ledger.adapter.ts';

/** What a tombstone says by itself; its place in the ledger is found when it is written. */
export type TombstoneDraft = Pick<Tombstone, 'organisationId' | 'act' | 'keyId' | 'keyKind' | 'objectIds'>;

/** Writes tombstones to the ledger and the database, and keeps the two alike. */
export class TombstoneWriter {
  constructor(
    private readonly provider: KeyProvider,
    private readonly ledger: TombstoneLedger,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Adds a tombstone: on the disk when this returns, in the database when the transaction commits. */
  async write(sql: Sql, draft: TombstoneDraft): Promise<SignedTombstone> {
    const lines = await this.reconcile(sql);
    const last = lines.at(-1);
    const tombstone: Tombstone = {
      format: 'holdfast-tombstone-1',
      sequence: lines.length + 1,
      at: this.clock.now().toISOString(),
      ...draft,
      previous: last === undefined ? firstPrevious : hashOfLine(last),
    };
    await this.provider.ensureKey(erasureSigningKey as ProviderKeyName);
    const { signature, publicKey } = await this.provider.sign(
      erasureSigningKey as ProviderKeyName,
      Buffer.from(canonicalJson(tombstone)),
    );
    const signed = {
      ...tombstone,
      publicKey: publicKey.toString('base64'),
      signature: signature.toString('base64'),
    };
    const line = canonicalJson(signed);
    await this.ledger.append([line]);
    await tombstones.add(sql, { ...signed, line });
    return signed;
  }

  /**
   * Gives ledger and database what only the other has: the database was restored, or the file was lost. Answers all lines. Throws KEYS_LEDGER_DAMAGED where the two say different things, or where the
   * lines are not what was written.
   */
  async reconcile(sql: Sql): Promise<string[]> {
    await tombstones.lock(sql);
    const inFile = await this.ledger.lines();
    const inDatabase = await tombstones.listAll(sql);
    const shared = Math.min(inFile.length, inDatabase.length);
    for (let index = 0; index < shared; index++)
      if (inFile[index] !== inDatabase[index]?.line)
        throw keyringError('KEYS_LEDGER_DAMAGED', `Line ${index + 1} of the ledger of tombstones is another in the database.`, {
          sequence: index + 1,
        });
    const onlyInDatabase = inDatabase.slice(shared).map(({ line }) => line);
    const lines = [...inFile, ...onlyInDatabase];
    const read = readLedger(lines);
    if (onlyInDatabase.length > 0) await this.ledger.append(onlyInDatabase);
    for (let index = inDatabase.length; index < inFile.length; index++)
      await tombstones.add(sql, { ...(read[index] as SignedTombstone), line: inFile[index] as string });
    return lines;
  }
}
