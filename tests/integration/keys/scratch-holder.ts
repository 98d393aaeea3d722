import type { TenantDatabase } from '#database';
import { currentContext, newId } from '#kernel';
import type { HeldDataKey, KeyOwner, Keyring, RewrappedDataKey, VersionTally, WrappedKey, WrappedKeyHolder } from '#keys';

interface Row {
  objectId: string;
  keyId: string;
  keyVersion: number;
  wrapped: Buffer;
}

const columns = 'object_id AS "objectId", key_id AS "keyId", key_version AS "keyVersion", wrapped';
const heldOf = ({ objectId, keyId, keyVersion, wrapped }: Row): HeldDataKey => ({
  objectId,
  wrapped: { keyId, keyVersion, wrapped },
});

/** A table of data keys, as a higher library has one. */
export class ScratchHolder implements WrappedKeyHolder {
  static readonly table =
    `CREATE TABLE scratch_data_key (organisation_id uuid NOT NULL, object_id uuid NOT NULL, key_id uuid NOT NULL,
    key_version integer NOT NULL, wrapped bytea NOT NULL, PRIMARY KEY (organisation_id, object_id)); CALL secure_tenant_table('scratch_data_key')`;

  readonly name = 'scratch_data_key';
  private readonly tenant: TenantDatabase;

  constructor(tenant: TenantDatabase) {
    this.tenant = tenant;
  }

  async holds(objectIds: readonly string[]): Promise<number> {
    const row = await this.tenant.run((sql) =>
      sql.first<{ count: number }>('SELECT count(*)::int AS count FROM scratch_data_key WHERE object_id = ANY($1)', [
        objectIds,
      ]),
    );
    return row?.count ?? 0;
  }

  async count(keyId: string, version: number): Promise<number> {
    const row = await this.tenant.run((sql) =>
      sql.first<{ count: number }>(
        'SELECT count(*)::int AS count FROM scratch_data_key WHERE key_id = $1 AND key_version = $2',
        [keyId, version],
      ),
    );
    return row?.count ?? 0;
  }

  tally(keyIds: readonly string[]): Promise<VersionTally[]> {
    return this.tenant.run((sql) =>
      sql.rows<VersionTally & Record<string, unknown>>(
        `SELECT key_id AS "keyId", key_version AS version, count(*)::int AS count FROM scratch_data_key
         WHERE key_id = ANY($1) GROUP BY key_id, key_version`,
        [keyIds],
      ),
    );
  }

  async next(keyId: string, version: number, limit: number, after: string | null): Promise<HeldDataKey[]> {
    const rows = await this.tenant.run((sql) =>
      sql.rows<Row & Record<string, unknown>>(
        `SELECT ${columns} FROM scratch_data_key WHERE key_id = $1 AND key_version = $2 AND ($4::uuid IS NULL OR object_id > $4)
         ORDER BY object_id LIMIT $3`,
        [keyId, version, limit, after],
      ),
    );
    return rows.map(heldOf);
  }

  replace(items: readonly RewrappedDataKey[]): Promise<number> {
    return this.tenant.run(async (sql) => {
      let replaced = 0;
      for (const { objectId, from, to } of items)
        replaced += await sql.run(
          'UPDATE scratch_data_key SET key_id = $3, key_version = $4, wrapped = $5 WHERE object_id = $1 AND wrapped = $2',
          [objectId, from.wrapped, to.keyId, to.keyVersion, to.wrapped],
        );
      return replaced;
    });
  }

  /** Makes data keys and writes them down; answers each with its object. */
  async fill(keyring: Keyring, owner: KeyOwner, count: number): Promise<Map<string, Buffer>> {
    const made = new Map<string, Buffer>();
    const rows: (WrappedKey & { objectId: string })[] = [];
    for (let index = 0; index < count; index++) {
      const objectId = newId();
      const { dataKey, wrapped } = await keyring.newDataKey(owner, objectId);
      made.set(objectId, dataKey);
      rows.push({ objectId, ...wrapped });
    }
    const { organisationId } = currentContext();
    await this.tenant.run((sql) =>
      sql.run(
        `INSERT INTO scratch_data_key (organisation_id, object_id, key_id, key_version, wrapped)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::bytea[])`,
        [
          organisationId,
          rows.map((row) => row.objectId),
          rows.map((row) => row.keyId),
          rows.map((row) => row.keyVersion),
          rows.map((row) => row.wrapped),
        ],
      ),
    );
    return made;
  }

  async find(objectId: string): Promise<WrappedKey> {
    const row = await this.tenant.run((sql) =>
      sql.first<Row & Record<string, unknown>>(`SELECT ${columns} FROM scratch_data_key WHERE object_id = $1`, [objectId]),
    );
    if (!row) throw new Error(`There is no data key of ${objectId}.`);
    return heldOf(row).wrapped;
  }

  /** Objects of which the data key is not what it was. */
  async lost(keyring: Keyring, made: ReadonlyMap<string, Buffer>): Promise<string[]> {
    const lost: string[] = [];
    for (const [objectId, dataKey] of made) {
      const opened = await this.find(objectId)
        .then((wrapped) => keyring.openDataKey(wrapped, objectId))
        .catch(() => undefined);
      if (!opened?.equals(dataKey)) lost.push(objectId);
    }
    return lost;
  }
}
