import type { Sql } from '#database';
import type { KeyKind } from '../keyring/encryption-key.repository.ts';

/** A version as it is shown: `keys` are those of people and collections below a version of the organisation's key. */
export interface ListedVersion {
  version: number;
  state: 'current' | 'old';
  madeAt: string;
  replacedAt: string | null;
  keys: number;
}

/** A key as it is shown, with the versions that still open something. */
export interface ListedKey {
  id: string;
  kind: KeyKind;
  subjectId: string | null;
  subject: string | null;
  madeAt: Date;
  destroyedAt: Date | null;
  versions: ListedVersion[];
}

/** Keys as people look at them, for one organisation. Names come from the tables of higher libraries; where a row is gone there is none. */
export const keyOverviews = {
  /** The organisation's key first, then the others in the order in which they were made. */
  async list(sql: Sql, afterId: string | null, limit: number): Promise<ListedKey[]> {
    return sql.rows<ListedKey & Record<string, unknown>>(
      `SELECT k.id, k.kind, k.subject_id AS "subjectId", coalesce(m.display_name, c.name) AS subject, k.created_at AS "madeAt",
         k.destroyed_at AS "destroyedAt", coalesce(v.versions, '[]') AS versions
       FROM encryption_key k
         LEFT JOIN member m ON k.kind = 'person' AND m.account_id = k.subject_id
         LEFT JOIN collection c ON k.kind = 'collection' AND c.id = k.subject_id
         LEFT JOIN LATERAL (
           SELECT json_agg(json_build_object('version', v.version, 'state', v.state, 'madeAt', v.created_at, 'replacedAt', v.superseded_at,
             'keys', CASE WHEN k.kind = 'organisation' THEN
               (SELECT count(*) FROM encryption_key_version below WHERE below.parent_version = v.version AND below.wrapped IS NOT NULL) ELSE 0 END)
             ORDER BY v.version DESC) AS versions
           FROM encryption_key_version v WHERE v.key_id = k.id AND v.wrapped IS NOT NULL) v ON true
       WHERE $1::uuid IS NULL OR (k.kind <> 'organisation', k.id) > (SELECT a.kind <> 'organisation', a.id FROM encryption_key a WHERE a.id = $1)
       ORDER BY k.kind <> 'organisation', k.id LIMIT $2`,
      [afterId, limit],
    );
  },

  /** The key of a person, by the address that he signs in with. */
  async findOfPerson(sql: Sql, email: string): Promise<string | undefined> {
    const row = await sql.first<{ id: string }>(
      `SELECT k.id FROM encryption_key k JOIN member m ON m.account_id = k.subject_id WHERE k.kind = 'person' AND m.email = $1`,
      [email],
    );
    return row?.id;
  },
};
