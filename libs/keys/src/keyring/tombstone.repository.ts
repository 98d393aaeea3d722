import type { Sql } from '#database';
import type { Destroyed } from './revocation-watch.ts';

/** A line of the ledger, as the database keeps it. */
export interface TombstoneRow {
  sequence: number;
  line: string;
  isApplied: boolean;
}

/** Any number: writers of the ledger agree on it. */
const ledgerLock = 7_301_951;

const columns = `sequence::float8 AS sequence, line, applied_at IS NOT NULL AS "isApplied"`;

/** The ledger of tombstones as the database keeps it, for all organisations: in transactions of `SystemDatabase`. */
export const tombstones = {
  /** Lets one transaction at a time write to the ledger. */
  async lock(sql: Sql): Promise<void> {
    await sql.run('SELECT pg_advisory_xact_lock($1)', [ledgerLock]);
  },

  /** Tombstones of keys of the last seconds, and whose they are, by the database's clock. */
  async destroyedSince(sql: Sql, seconds: number): Promise<Destroyed[]> {
    return sql.often.rows(
      `SELECT sequence::float8 AS sequence, organisation_id AS "organisationId" FROM key_tombstone
       WHERE key_id IS NOT NULL AND written_at > clock_timestamp() - make_interval(secs => $1)`,
      [seconds],
    );
  },

  /** The ledger as the database has it, from its first line. */
  async listAll(sql: Sql): Promise<TombstoneRow[]> {
    return sql.rows(`SELECT ${columns} FROM key_tombstone ORDER BY sequence`);
  },

  async findLast(sql: Sql): Promise<TombstoneRow | undefined> {
    return sql.first(`SELECT ${columns} FROM key_tombstone ORDER BY sequence DESC LIMIT 1`);
  },

  /** What was written and not done in this database. */
  async listPending(sql: Sql): Promise<TombstoneRow[]> {
    return sql.rows(`SELECT ${columns} FROM key_tombstone WHERE applied_at IS NULL ORDER BY sequence`);
  },

  async findByKey(sql: Sql, organisationId: string, keyId: string): Promise<TombstoneRow | undefined> {
    return sql.first(
      `SELECT ${columns} FROM key_tombstone WHERE organisation_id = $1 AND key_id = $2 ORDER BY sequence LIMIT 1`,
      [organisationId, keyId],
    );
  },

  /** Tombstones of an organisation by their numbers, in order. */
  async find(sql: Sql, organisationId: string, sequences: readonly number[]): Promise<TombstoneRow[]> {
    return sql.rows(
      `SELECT ${columns} FROM key_tombstone WHERE organisation_id = $1 AND sequence = ANY($2::bigint[]) ORDER BY sequence`,
      [organisationId, sequences],
    );
  },

  async add(sql: Sql, row: { sequence: number; organisationId: string; keyId: string | null; line: string }): Promise<boolean> {
    const added = await sql.run(
      'INSERT INTO key_tombstone (sequence, organisation_id, key_id, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [row.sequence, row.organisationId, row.keyId, row.line],
    );
    return added === 1;
  },

  async markApplied(sql: Sql, sequence: number): Promise<void> {
    await sql.run('UPDATE key_tombstone SET applied_at = now() WHERE sequence = $1 AND applied_at IS NULL', [sequence]);
  },

  /** Versions that are still there of a key that is to be destroyed, or of any key of the organisation where it is the organisation's own. */
  async countAlive(sql: Sql, organisationId: string, keyId: string): Promise<number> {
    const row = await sql.first<{ count: number }>(
      `SELECT count(*)::int AS count FROM encryption_key_version v JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
       WHERE v.organisation_id = $1 AND (k.destroyed_at IS NULL OR v.wrapped IS NOT NULL)
         AND (k.id = $2 OR EXISTS (SELECT FROM encryption_key o WHERE o.organisation_id = $1 AND o.id = $2 AND o.kind = 'organisation'))`,
      [organisationId, keyId],
    );
    return row?.count ?? 0;
  },

  /** Destroys a key in the database, or all keys of the organisation where it is the organisation's own. Answers the keys that this destroyed. */
  async destroyKeys(sql: Sql, organisationId: string, keyId: string): Promise<string[]> {
    const keys = await sql.rows<{ id: string }>(
      `UPDATE encryption_key SET destroyed_at = now() WHERE organisation_id = $1 AND destroyed_at IS NULL
         AND (id = $2 OR EXISTS (SELECT FROM encryption_key o WHERE o.organisation_id = $1 AND o.id = $2 AND o.kind = 'organisation'))
       RETURNING id`,
      [organisationId, keyId],
    );
    const ids = keys.map(({ id }) => id);
    await sql.run(
      `UPDATE encryption_key_version v SET wrapped = NULL, state = 'retired', superseded_at = coalesce(superseded_at, now())
       FROM encryption_key k WHERE k.organisation_id = v.organisation_id AND k.id = v.key_id AND k.destroyed_at IS NOT NULL
         AND v.organisation_id = $1 AND v.wrapped IS NOT NULL`,
      [organisationId],
    );
    return ids;
  },
};
