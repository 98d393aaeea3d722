import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { Parameters } from '../assets/asset-filter.ts';
import { assetKinds } from '../http/asset.contract.ts';
import { type Candidate, cutoffOf } from './domain/decide.ts';
import { classOf, type Policies } from './domain/retention-class.ts';

const columns = `a.id AS "assetId", a.kind, a.added_at AS "addedAt", a.trashed_at AS "trashedAt", made.objects, made.bytes, made.moving AS "isMoving",
  made.held OR EXISTS (SELECT FROM legal_hold_asset h WHERE h.organisation_id = a.organisation_id AND h.asset_id = a.id) AS "isHeld"`;

/** What an asset is made of; each of its objects once. */
const made = `CROSS JOIN LATERAL (
  SELECT count(*)::integer AS objects, coalesce(sum(coalesce(o.file_bytes, o.size_bytes)), 0)::float8 AS bytes, coalesce(bool_or(o.held), false) AS held,
    coalesce(bool_or(EXISTS (SELECT FROM tier_move m WHERE m.object_id = o.id AND m.ended_at IS NULL)), false) AS moving
  FROM (SELECT a.object_sha256 AS sha256 UNION
    SELECT r.object_sha256 FROM rendition r WHERE r.organisation_id = a.organisation_id AND r.asset_id = a.id) n
  JOIN stored_object o ON o.organisation_id = a.organisation_id AND o.sha256 = n.sha256) made`;

/** The oldest asset of a kind that is not held. */
export interface OldestRow {
  kind: Candidate['kind'];
  addedAt: Date;
  trashedAt: Date | null;
}

export interface KindCount {
  kind: Candidate['kind'];
  assets: number;
  bytes: number;
}

/** Assets whose time may be up. Rows preselect by dates; the pure rules decide. */
@Injectable()
export class CandidateRepository {
  /** Ids of assets that some policy makes due at an instant, in order, from after one on. */
  async dueIds(sql: Sql, policies: Policies, instant: Date, after: string | undefined, limit: number): Promise<string[]> {
    const parameters = new Parameters();
    const dues = duesOf(policies, instant, parameters);
    if (dues.length === 0) return [];
    const from = after === undefined ? '' : `AND a.id > ${parameters.bind(after)}`;
    const rows = await sql.rows<{ id: string }>(
      `SELECT a.id FROM asset a WHERE (${dues.join(' OR ')}) ${from} ORDER BY a.id LIMIT ${parameters.bind(limit)}`,
      parameters.values,
    );
    return rows.map(({ id }) => id);
  }

  /** Locks those of the assets that are there, in one order: who is placing a hold is waited for. */
  async lock(sql: Sql, ids: readonly string[]): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>('SELECT id FROM asset WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
    return rows.map(({ id }) => id);
  }

  find(sql: Sql, ids: readonly string[]): Promise<Candidate[]> {
    return sql.rows<Candidate & Record<string, unknown>>(
      `SELECT ${columns} FROM asset a ${made} WHERE a.id = ANY($1) ORDER BY a.id`,
      [ids],
    );
  }

  /** Names of the files behind each asset. */
  async filesOf(sql: Sql, ids: readonly string[]): Promise<{ assetId: string; files: string[] }[]> {
    return sql.rows(
      `SELECT n.id AS "assetId", array_agg(CASE o.format WHEN 'plain' THEN encode(o.sha256, 'hex') ELSE o.id::text END) AS files
       FROM (SELECT id, organisation_id, object_sha256 AS sha256 FROM asset WHERE id = ANY($1)
         UNION SELECT asset_id, organisation_id, object_sha256 FROM rendition WHERE asset_id = ANY($1)) n
       JOIN stored_object o ON o.organisation_id = n.organisation_id AND o.sha256 = n.sha256 GROUP BY n.id`,
      [ids],
    );
  }

  /** By kind the asset that came first and the one that was trashed first, of those no hold stands on. */
  oldest(sql: Sql, trashed = false): Promise<OldestRow[]> {
    const free =
      'NOT EXISTS (SELECT FROM legal_hold_asset h WHERE h.organisation_id = a.organisation_id AND h.asset_id = a.id)';
    return sql.rows<OldestRow & Record<string, unknown>>(
      `SELECT kind, min(added_at) AS "addedAt", min(trashed_at) AS "trashedAt" FROM asset a WHERE ${trashed ? 'trashed_at IS NOT NULL AND ' : ''}${free} GROUP BY kind`,
    );
  }

  /** How many assets there are of each kind, and the bytes of their originals; or of those in the trash alone. */
  count(sql: Sql, trashed = false): Promise<KindCount[]> {
    return sql.rows<KindCount & Record<string, unknown>>(
      `SELECT kind, count(*)::integer AS assets, sum(size_bytes)::float8 AS bytes FROM asset ${trashed ? 'WHERE trashed_at IS NOT NULL' : ''} GROUP BY kind`,
    );
  }
}

/** Conditions on table `a`, one of which holds for each asset that some policy makes due at an instant. */
export function duesOf(policies: Policies, instant: Date, parameters: Parameters): string[] {
  const dues = assetKinds.flatMap((kind) => {
    const cutoff = cutoffOf(policies[classOf(kind)], instant);
    return cutoff ? [`(a.kind = ${parameters.bind(kind)} AND a.added_at <= ${parameters.bind(cutoff)})`] : [];
  });
  const trashed = cutoffOf(policies.trash, instant);
  return trashed ? [...dues, `a.trashed_at <= ${parameters.bind(trashed)}`] : dues;
}
