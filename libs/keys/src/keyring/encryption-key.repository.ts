import type { Sql } from '#database';

export const keyKinds = ['organisation', 'person', 'collection'] as const;
export type KeyKind = (typeof keyKinds)[number];
export type KeyVersionState = 'current' | 'old' | 'retired';

/** A key, and its version that wraps what is new; `version` is null once it is destroyed. */
export interface EncryptionKey {
  id: string;
  kind: KeyKind;
  subjectId: string | null;
  destroyedAt: Date | null;
  version: number | null;
}

/** A key's version as it is wrapped: by the provider, and below that by a version of the organisation's key unless it is one itself. */
export interface WrappedVersion {
  wrapped: string;
  parentVersion: number | null;
  providerKey: string;
  providerVersion: number;
}

/** A version with its key, as it is stored. */
export interface StoredVersion extends Omit<WrappedVersion, 'wrapped'> {
  /** Null once retired or destroyed. */
  wrapped: string | null;
  kind: KeyKind;
  destroyedAt: Date | null;
  /** Of the organisation's key. */
  parentKeyId: string | null;
}

const keyColumns = `k.id, k.kind, k.subject_id AS "subjectId", k.destroyed_at AS "destroyedAt", v.version
  FROM encryption_key k LEFT JOIN encryption_key_version v ON v.organisation_id = k.organisation_id AND v.key_id = k.id AND v.state = 'current'`;

/** Keys and their versions, as one organisation sees them. */
export const encryptionKeys = {
  /** The key of an owner; `subjectId` is null for the organisation's. */
  async findOwned(sql: Sql, kind: KeyKind, subjectId: string | null): Promise<EncryptionKey | undefined> {
    return sql.often.first(`SELECT ${keyColumns} WHERE k.kind = $1 AND k.subject_id IS NOT DISTINCT FROM $2`, [
      kind,
      subjectId,
    ]);
  },

  async find(sql: Sql, keyId: string): Promise<EncryptionKey | undefined> {
    return sql.first(`SELECT ${keyColumns} WHERE k.id = $1`, [keyId]);
  },

  /** Has the transaction be the only one that adds versions to a key. */
  async lock(sql: Sql, keyId: string): Promise<void> {
    await sql.run('SELECT FROM encryption_key WHERE id = $1 FOR UPDATE', [keyId]);
  },

  async findVersion(sql: Sql, keyId: string, version: number): Promise<StoredVersion | undefined> {
    return sql.often.first(
      `SELECT v.wrapped, v.parent_version AS "parentVersion", v.provider_key AS "providerKey", v.provider_version AS "providerVersion",
         k.kind, k.destroyed_at AS "destroyedAt", (SELECT o.id FROM encryption_key o WHERE o.kind = 'organisation') AS "parentKeyId"
       FROM encryption_key_version v JOIN encryption_key k ON k.organisation_id = v.organisation_id AND k.id = v.key_id
       WHERE v.key_id = $1 AND v.version = $2`,
      [keyId, version],
    );
  },

  /** Adds a key with its first version, unless its owner has one. Answers whether it was added. */
  async add(
    sql: Sql,
    key: { organisationId: string; id: string; kind: KeyKind; subjectId: string | null },
    first: WrappedVersion,
  ): Promise<boolean> {
    const added = await sql.run(
      `INSERT INTO encryption_key (organisation_id, id, kind, subject_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [key.organisationId, key.id, key.kind, key.subjectId],
    );
    if (added === 1) await this.addVersion(sql, { organisationId: key.organisationId, keyId: key.id, version: 1 }, first);
    return added === 1;
  },

  /** Adds a version, which becomes the current one. */
  async addVersion(
    sql: Sql,
    name: { organisationId: string; keyId: string; version: number },
    wrapped: WrappedVersion,
  ): Promise<void> {
    await sql.run(
      `UPDATE encryption_key_version SET state = 'old', superseded_at = now() WHERE organisation_id = $1 AND key_id = $2 AND state = 'current'`,
      [name.organisationId, name.keyId],
    );
    await sql.run(
      `INSERT INTO encryption_key_version (organisation_id, key_id, version, wrapped, parent_version, provider_key, provider_version, state)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'current')`,
      [
        name.organisationId,
        name.keyId,
        name.version,
        wrapped.wrapped,
        wrapped.parentVersion,
        wrapped.providerKey,
        wrapped.providerVersion,
      ],
    );
  },
};
