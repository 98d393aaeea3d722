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

/** What versions of provider keys wrap, of all organisations: in transactions of `SystemDatabase`. */
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
};
