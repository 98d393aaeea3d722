import type { Sql } from '#database';
import type { KeyVersionName } from '../domain/key-names.ts';

/** What a version of a provider key wraps. */
export interface ProviderWrapped extends KeyVersionName {
  wrapped: string;
}

/** Where a pass through them goes on. */
export type Cursor = Pick<KeyVersionName, 'organisationId' | 'keyId' | 'version'>;

const none = {
  organisationId: '00000000-0000-0000-0000-000000000000',
  keyId: '00000000-0000-0000-0000-000000000000',
  version: 0,
};

/** Versions of provider keys and what they wrap, of all organisations: in transactions of `SystemDatabase`. */
export const providerVersions = {
  /** The next keys that a version below `version` wraps, after the given one. */
  async nextWrapped(
    sql: Sql,
    providerKey: string,
    version: number,
    limit: number,
    after: Cursor = none,
  ): Promise<ProviderWrapped[]> {
    return sql.rows(
      `SELECT organisation_id AS "organisationId", key_id AS "keyId", version, wrapped FROM encryption_key_version
       WHERE provider_key = $1 AND provider_version < $2 AND wrapped IS NOT NULL AND (organisation_id, key_id, version) > ($4, $5, $6)
       ORDER BY organisation_id, key_id, version LIMIT $3`,
      [providerKey, version, limit, after.organisationId, after.keyId, after.version],
    );
  },

  /** Stores a key as it is wrapped anew, unless it has changed since. Answers whether it did. */
  async replace(sql: Sql, former: ProviderWrapped, wrapped: string, providerVersion: number): Promise<boolean> {
    const replaced = await sql.run(
      `UPDATE encryption_key_version SET wrapped = $5, provider_version = $6
       WHERE organisation_id = $1 AND key_id = $2 AND version = $3 AND wrapped = $4`,
      [former.organisationId, former.keyId, former.version, former.wrapped, wrapped, providerVersion],
    );
    return replaced === 1;
  },

  /** Keys that versions below `version` wrap. */
  async countWrapped(sql: Sql, providerKey: string, version: number): Promise<number> {
    const row = await sql.first<{ count: number }>(
      `SELECT count(*)::int AS count FROM encryption_key_version WHERE provider_key = $1 AND provider_version < $2 AND wrapped IS NOT NULL`,
      [providerKey, version],
    );
    return row?.count ?? 0;
  },

  /** Writes down that versions are replaced, now unless that is known. */
  async supersede(sql: Sql, providerKey: string, versions: readonly number[]): Promise<void> {
    await sql.run(
      `INSERT INTO provider_key_version (name, version, superseded_at) SELECT $1, unnest($2::int[]), now() ON CONFLICT DO NOTHING`,
      [providerKey, versions],
    );
  },

  /** When each version that is replaced was, oldest first; without what is destroyed. */
  async listSuperseded(sql: Sql, providerKey: string): Promise<{ version: number; supersededAt: Date }[]> {
    return sql.rows(
      `SELECT version, superseded_at AS "supersededAt" FROM provider_key_version WHERE name = $1 AND destroyed_at IS NULL ORDER BY version`,
      [providerKey],
    );
  },

  async markDestroyed(sql: Sql, providerKey: string, below: number): Promise<void> {
    await sql.run(
      'UPDATE provider_key_version SET destroyed_at = now() WHERE name = $1 AND version < $2 AND destroyed_at IS NULL',
      [providerKey, below],
    );
  },

  /** Since when the latest version wraps: when the one before was replaced, else when the first key was wrapped. */
  async latestSince(sql: Sql, providerKey: string): Promise<Date | null> {
    const row = await sql.first<{ since: Date | null }>(
      `SELECT coalesce((SELECT max(superseded_at) FROM provider_key_version WHERE name = $1),
         (SELECT min(created_at) FROM encryption_key_version WHERE provider_key = $1)) AS since`,
      [providerKey],
    );
    return row?.since ?? null;
  },
};
