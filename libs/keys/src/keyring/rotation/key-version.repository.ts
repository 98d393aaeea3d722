import type { Sql } from '#database';
import type { KeyKind, StoredVersion, WrappedVersion } from '../encryption-key.repository.ts';

/** A version of a person's or collection's key, below a version of the organisation's. */
export interface ChildVersion extends StoredVersion {
  keyId: string;
  version: number;
}

/** A version that a newer one has replaced. */
export interface OldVersion {
  organisationId: string;
  keyId: string;
  version: number;
  kind: KeyKind;
}

/** Versions of keys while they are replaced and retired. */
export const keyVersions = {
  /** The next versions that a version of the organisation's key wraps, in order, after the given one. */
  async nextChildren(
    sql: Sql,
    parentVersion: number,
    limit: number,
    after: { keyId: string; version: number } | undefined,
  ): Promise<ChildVersion[]> {
    return sql.rows(
      `SELECT v.key_id AS "keyId", v.version, v.wrapped, v.parent_version AS "parentVersion", v.provider_key AS "providerKey",
         v.provider_version AS "providerVersion", k.kind, k.destroyed_at AS "destroyedAt", (SELECT o.id FROM encryption_key o WHERE o.kind = 'organisation') AS "parentKeyId"
       FROM encryption_key_version v JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
       WHERE v.parent_version = $1 AND v.wrapped IS NOT NULL AND ($3::uuid IS NULL OR (v.key_id, v.version) > ($3, $4))
       ORDER BY v.key_id, v.version LIMIT $2`,
      [parentVersion, limit, after?.keyId ?? null, after?.version ?? 0],
    );
  },

  async countChildren(sql: Sql, parentVersion: number): Promise<number> {
    const row = await sql.first<{ count: number }>(
      'SELECT count(*)::int AS count FROM encryption_key_version WHERE parent_version = $1 AND wrapped IS NOT NULL',
      [parentVersion],
    );
    return row?.count ?? 0;
  },

  /** Stores a version as it is wrapped anew, unless it has changed since. Answers whether it did. */
  async replace(sql: Sql, former: ChildVersion, to: WrappedVersion): Promise<boolean> {
    const replaced = await sql.run(
      `UPDATE encryption_key_version SET wrapped = $4, parent_version = $5, provider_version = $6
       WHERE key_id = $1 AND version = $2 AND wrapped = $3`,
      [former.keyId, former.version, former.wrapped, to.wrapped, to.parentVersion, to.providerVersion],
    );
    return replaced === 1;
  },

  async findState(
    sql: Sql,
    keyId: string,
    version: number,
  ): Promise<{ state: 'current' | 'old' | 'retired'; kind: KeyKind; supersededAt: Date | null } | undefined> {
    return sql.first(
      `SELECT v.state, k.kind, v.superseded_at AS "supersededAt" FROM encryption_key_version v
         JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
       WHERE v.key_id = $1 AND v.version = $2`,
      [keyId, version],
    );
  },

  /** Tables that hold data keys, known by their column `wrapped_key`. */
  async listHolding(sql: Sql): Promise<string[]> {
    const rows = await sql.rows<{ table: string }>(
      `SELECT c.relname AS table FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE a.attname = 'wrapped_key' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`,
    );
    return rows.map(({ table }) => table);
  },

  async retire(sql: Sql, keyId: string, version: number): Promise<void> {
    await sql.run(
      `UPDATE encryption_key_version SET state = 'retired', wrapped = NULL WHERE key_id = $1 AND version = $2 AND state = 'old'`,
      [keyId, version],
    );
  },

  /** Versions of all organisations that were replaced before a time and are not retired: in a transaction of `SystemDatabase`. */
  async listOld(sql: Sql, supersededBefore: Date): Promise<OldVersion[]> {
    return sql.rows(
      `SELECT v.organisation_id AS "organisationId", v.key_id AS "keyId", v.version, k.kind FROM encryption_key_version v
         JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
       WHERE v.state = 'old' AND v.superseded_at < $1 ORDER BY k.kind DESC, v.superseded_at`,
      [supersededBefore],
    );
  },
};
