import type { Sql } from '#database';
import { type Clock, systemClock } from '#kernel';
import type { KeyProvider, ProviderKeyName } from '../../provider/key-provider.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { erasureSigningKey } from '../domain/key-names.ts';
import {
  firstPrevious,
  hashOfLine,
  readLedger,
  readTombstone,
  type SignedTombstone,
  type Tombstone,
} from '../domain/tombstone.ts';
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
    const last = await this.reconcile(sql);
    const tombstone: Tombstone = {
      format: 'holdfast-tombstone-1',
      sequence: last === undefined ? 1 : readTombstone(last).sequence + 1,
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
   * Gives ledger and database what only the other has: the database was restored, or the file was lost. Answers the last line. Reads all lines only where the two
   * do not end alike, or where that is asked for. Throws KEYS_LEDGER_DAMAGED where they say different things, or where the lines are not what was written.
   */
  async reconcile(sql: Sql, options: { everything?: boolean } = {}): Promise<string | undefined> {
    await tombstones.lock(sql);
    const last = await this.ledger.lastLine();
    const isAlike = last === (await tombstones.findLast(sql))?.line;
    if (isAlike && !options.everything) return last;
    const inFile = await this.ledger.lines();
    const inDatabase = await tombstones.listAll(sql);
    const shared = Math.min(inFile.length, inDatabase.length);
    for (let index = 0; index < shared; index++) if (inFile[index] !== inDatabase[index]?.line) throw forked(index + 1);
    const onlyInDatabase = inDatabase.slice(shared).map(({ line }) => line);
    const lines = [...inFile, ...onlyInDatabase];
    const read = readLedger(lines);
    if (onlyInDatabase.length > 0) await this.ledger.append(onlyInDatabase);
    for (let index = inDatabase.length; index < inFile.length; index++)
      await tombstones.add(sql, { ...(read[index] as SignedTombstone), line: inFile[index] as string });
    return lines.at(-1);
  }
}

function forked(sequence: number) {
  return keyringError('KEYS_LEDGER_DAMAGED', `Line ${sequence} of the ledger of tombstones is another in the database.`, {
    sequence,
  });
}
