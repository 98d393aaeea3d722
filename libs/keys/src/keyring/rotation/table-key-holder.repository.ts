import type { TenantDatabase } from '#database';
import type { HeldDataKey, RewrappedDataKey, VersionTally, WrappedKeyHolder } from './wrapped-key-holders.ts';

interface Row extends Record<string, unknown> {
  objectId: string;
  keyId: string;
  keyVersion: number;
  wrapped: Buffer;
}

/** Data keys in a table of an organisation's rows that has the columns `id`, `key_id`, `key_version` and `wrapped_key`, and one row per object id. */
export class TableKeyHolder implements WrappedKeyHolder {
  /** Of the table. */
  readonly name: string;
  private readonly tenant: TenantDatabase;

  constructor(tenant: TenantDatabase, table: 'stored_object' | 'upload' | 'sealed_text') {
    this.tenant = tenant;
    this.name = table;
  }

  async count(keyId: string, version: number): Promise<number> {
    const row = await this.tenant.run((sql) =>
      sql.first<{ count: number }>(`SELECT count(*)::int AS count FROM ${this.name} WHERE key_id = $1 AND key_version = $2`, [
        keyId,
        version,
      ]),
    );
    return row?.count ?? 0;
  }

  async holds(objectIds: readonly string[]): Promise<number> {
    const row = await this.tenant.run((sql) =>
      sql.first<{ count: number }>(`SELECT count(*)::int AS count FROM ${this.name} WHERE id = ANY($1)`, [objectIds]),
    );
    return row?.count ?? 0;
  }

  tally(keyIds: readonly string[]): Promise<VersionTally[]> {
    return this.tenant.run((sql) =>
      sql.rows<VersionTally & Record<string, unknown>>(
        `SELECT key_id AS "keyId", key_version AS version, count(*)::int AS count FROM ${this.name}
         WHERE key_id = ANY($1) GROUP BY key_id, key_version`,
        [keyIds],
      ),
    );
  }

  async next(keyId: string, version: number, limit: number, afterObjectId: string | null): Promise<HeldDataKey[]> {
    const rows = await this.tenant.run((sql) =>
      sql.rows<Row>(
        `SELECT id AS "objectId", key_id AS "keyId", key_version AS "keyVersion", wrapped_key AS wrapped FROM ${this.name}
         WHERE key_id = $1 AND key_version = $2 AND id > $4 ORDER BY id LIMIT $3`,
        [keyId, version, limit, afterObjectId ?? '00000000-0000-0000-0000-000000000000'],
      ),
    );
    return rows.map(({ objectId, keyId, keyVersion, wrapped }) => ({ objectId, wrapped: { keyId, keyVersion, wrapped } }));
  }

  replace(items: readonly RewrappedDataKey[]): Promise<number> {
    return this.tenant.run((sql) =>
      sql.run(
        `UPDATE ${this.name} t SET key_id = i.key_id, key_version = i.key_version, wrapped_key = i.wrapped
         FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::int[], $5::bytea[]) AS i (id, former, key_id, key_version, wrapped)
         WHERE t.id = i.id AND t.wrapped_key = i.former`,
        [
          items.map(({ objectId }) => objectId),
          items.map(({ from }) => from.wrapped),
          items.map(({ to }) => to.keyId),
          items.map(({ to }) => to.keyVersion),
          items.map(({ to }) => to.wrapped),
        ],
      ),
    );
  }
}
