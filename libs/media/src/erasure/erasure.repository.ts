import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';

export type SubjectKind = 'person' | 'collection' | 'asset';
export type ErasureState = 'handing-over' | 'removing' | 'destroying' | 'done';

/** Who or what is to be erased. */
export interface ErasureSubject {
  kind: SubjectKind;
  id: string;
}

/** What was asked for, and how far it is. */
export interface ErasureRow {
  id: string;
  subjectKind: SubjectKind;
  subjectId: string;
  state: ErasureState;
  reason: string;
  assets: number;
  objects: number;
  bytes: number;
  handedOver: number;
  keyId: string | null;
  objectIds: string[];
  tombstones: number[];
  certificate: Record<string, unknown> | null;
  error: string | null;
  requestedBy: string;
  requestedAt: Date;
  finishedAt: Date | null;
}

/** What erasing would take. */
export interface ErasureReach {
  assets: number;
  bytes: number;
  /** Assets that somebody else brought, too: they stay, and are that person's from then on. */
  shared: number;
  /** Assets under a legal hold: as long as there are any, nothing is erased. */
  held: number;
}

const columns = `id, subject_kind AS "subjectKind", subject_id AS "subjectId", state, reason, assets, objects, bytes::float8 AS bytes,
  handed_over AS "handedOver", key_id AS "keyId", object_ids AS "objectIds", tombstones::int[] AS tombstones, certificate, error,
  requested_by AS "requestedBy", requested_at AS "requestedAt", finished_at AS "finishedAt"`;

/** $1 is the subject's id. */
const belongs: Record<SubjectKind, string> = {
  person: 'a.added_by = $1::uuid',
  collection: 'EXISTS (SELECT FROM collection_asset c WHERE c.asset_id = a.id AND c.collection_id = $1::uuid)',
  asset: 'a.id = $1::uuid',
};
/** Somebody else brought the same bytes. */
const isShared = 'EXISTS (SELECT FROM asset_origin o WHERE o.asset_id = a.id AND o.added_by IS DISTINCT FROM a.added_by)';
const isHeld = `EXISTS (SELECT FROM stored_object s WHERE s.held AND (s.sha256 = a.object_sha256
  OR s.sha256 IN (SELECT r.object_sha256 FROM rendition r WHERE r.asset_id = a.id)))`;

/** Rows of what is to be erased. */
@Injectable()
export class ErasureRepository {
  async reach(sql: Sql, { kind, id }: ErasureSubject): Promise<ErasureReach> {
    const shared = kind === 'person' ? isShared : 'false';
    const row = await sql.first<ErasureReach & Record<string, unknown>>(
      `SELECT count(*) FILTER (WHERE NOT shared)::int AS assets, coalesce(sum(size_bytes) FILTER (WHERE NOT shared), 0)::float8 AS bytes,
         count(*) FILTER (WHERE shared)::int AS shared, count(*) FILTER (WHERE held AND NOT shared)::int AS held
       FROM (SELECT a.size_bytes, ${shared} AS shared, ${isHeld} AS held FROM asset a WHERE ${belongs[kind]}) found`,
      [id],
    );
    return row ?? { assets: 0, bytes: 0, shared: 0, held: 0 };
  }

  /** Whether there is such a person, collection or asset in the organisation. */
  async exists(sql: Sql, { kind, id }: ErasureSubject): Promise<boolean> {
    const where = {
      person: 'member WHERE account_id = $1',
      collection: 'collection WHERE id = $1',
      asset: 'asset WHERE id = $1',
    };
    return (await sql.first(`SELECT FROM ${where[kind]}`, [id])) !== undefined;
  }

  /** Ids of those that are called so: people by their e-mail address, assets by their id. */
  async named(sql: Sql, kind: SubjectKind, named: string): Promise<string[]> {
    const select = {
      person: 'SELECT account_id AS id FROM member WHERE email = lower($1)',
      collection: 'SELECT id FROM collection WHERE lower(name) = lower($1)',
      asset: 'SELECT id FROM asset WHERE id::text = lower($1)',
    };
    return (await sql.rows<{ id: string }>(`${select[kind]} LIMIT 2`, [named])).map(({ id }) => id);
  }

  async add(sql: Sql, id: string, subject: ErasureSubject, reason: string): Promise<boolean> {
    const { organisationId, actor } = currentContext();
    const added = await sql.run(
      `INSERT INTO erasure (organisation_id, id, subject_kind, subject_id, reason, requested_by, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING`,
      [
        organisationId,
        id,
        subject.kind,
        subject.id,
        reason,
        actor.label,
        subject.kind === 'person' ? 'handing-over' : 'removing',
      ],
    );
    return added > 0;
  }

  list(sql: Sql): Promise<ErasureRow[]> {
    return sql.rows(`SELECT ${columns} FROM erasure ORDER BY requested_at DESC LIMIT 200`);
  }

  find(sql: Sql, id: string): Promise<ErasureRow | undefined> {
    return sql.first(`SELECT ${columns} FROM erasure WHERE id = $1`, [id]);
  }

  /** Notes how far it is. */
  async advance(
    sql: Sql,
    id: string,
    to: Partial<Pick<ErasureRow, 'state' | 'keyId' | 'objectIds' | 'tombstones' | 'certificate'>>,
  ): Promise<void> {
    await sql.run(
      `UPDATE erasure SET state = coalesce($2, state), key_id = coalesce($3, key_id), object_ids = coalesce($4, object_ids),
         tombstones = coalesce($5, tombstones), certificate = coalesce($6, certificate), error = NULL,
         finished_at = CASE WHEN $2 = 'done' THEN now() ELSE finished_at END
       WHERE id = $1`,
      [
        id,
        to.state ?? null,
        to.keyId ?? null,
        to.objectIds ?? null,
        to.tombstones ?? null,
        to.certificate ? JSON.stringify(to.certificate) : null,
      ],
    );
  }

  async count(
    sql: Sql,
    id: string,
    more: Partial<Pick<ErasureRow, 'assets' | 'objects' | 'bytes' | 'handedOver'>>,
  ): Promise<void> {
    await sql.run(
      `UPDATE erasure SET assets = assets + $2, objects = objects + $3, bytes = bytes + $4, handed_over = handed_over + $5 WHERE id = $1`,
      [id, more.assets ?? 0, more.objects ?? 0, more.bytes ?? 0, more.handedOver ?? 0],
    );
  }

  async fail(sql: Sql, id: string, error: string): Promise<void> {
    await sql.run('UPDATE erasure SET error = $2 WHERE id = $1', [id, error]);
  }

  /** The next assets that are to be removed. */
  async next(sql: Sql, { kind, id }: ErasureSubject, limit: number): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(`SELECT a.id FROM asset a WHERE ${belongs[kind]} ORDER BY a.id LIMIT $2`, [
      id,
      limit,
    ]);
    return rows.map((row) => row.id);
  }

  /** Ids of the parts of all that is read and said in the subject's assets. */
  async textIds(sql: Sql, { kind, id }: ErasureSubject): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `SELECT t.id FROM sealed_text t JOIN asset a ON a.id = t.asset_id WHERE ${belongs[kind]} ORDER BY t.id`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  /** Ids of the objects that go with the subject's assets: those that no other asset names. */
  async objectIds(sql: Sql, { kind, id }: ErasureSubject): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `WITH doomed AS (SELECT a.id, a.object_sha256 FROM asset a WHERE ${belongs[kind]}),
         named AS (SELECT object_sha256 FROM doomed UNION SELECT r.object_sha256 FROM rendition r JOIN doomed d ON d.id = r.asset_id)
       SELECT o.id FROM named n JOIN stored_object o ON o.sha256 = n.object_sha256
       WHERE NOT EXISTS (SELECT FROM asset a WHERE a.object_sha256 = o.sha256 AND a.id NOT IN (SELECT id FROM doomed))
         AND NOT EXISTS (SELECT FROM rendition r WHERE r.object_sha256 = o.sha256 AND r.asset_id NOT IN (SELECT id FROM doomed))
       ORDER BY o.id`,
      [id],
    );
    return rows.map((row) => row.id);
  }

  /** An erased collection goes with its assets: its name may tell of them. */
  async removeCollection(sql: Sql, id: string): Promise<void> {
    await sql.run('DELETE FROM collection WHERE id = $1', [id]);
  }

  /** Unfinished uploads of a person end: the sweep of uploads takes their bytes. */
  async endUploads(sql: Sql, accountId: string): Promise<void> {
    await sql.run('UPDATE upload SET expires_at = now() WHERE account_id = $1', [accountId]);
  }
}
