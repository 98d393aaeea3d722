import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { Due } from './domain/decide.ts';

export type RunOrigin = 'clock' | 'asked' | 'trash';

/** A run as its row and its journal say. */
export interface DeletionRun {
  id: string;
  origin: RunOrigin;
  instant: Date;
  askedBy: string;
  askedAt: Date;
  startedAt: Date | null;
  plannedAt: Date | null;
  endedAt: Date | null;
  planned: number;
  deleted: number;
  spared: number;
  failed: number;
  filesLeft: number;
  deletedObjects: number;
  deletedBytes: number;
  deletedTraces: number;
  traces: RunTraces[];
  stoppedCode: string | null;
  stoppedMessage: string | null;
}

/** What a run was to remove of a class that is no asset, and did. */
export interface RunTraces {
  class: string;
  state: 'planned' | 'done' | 'spared' | 'failed';
  entries: number;
  removedEntries: number;
  removedBytes: number;
  reason: string | null;
}

/** An asset that is to go. */
export interface PlannedItem {
  assetId: string;
  due: Due;
  bytes: number;
}

export type ItemState = 'planned' | 'files-noted' | 'done' | 'spared' | 'failed';

export interface ItemRow {
  assetId: string;
  class: string;
  dueAt: Date;
  bytes: number;
  state: ItemState;
  reason: string | null;
  updatedAt: Date;
}

const counted = `CROSS JOIN LATERAL (
  SELECT count(*)::integer AS planned, (count(*) FILTER (WHERE state IN ('files-noted', 'done')))::integer AS deleted,
    (count(*) FILTER (WHERE state = 'spared'))::integer AS spared, (count(*) FILTER (WHERE state = 'failed'))::integer AS failed,
    (count(*) FILTER (WHERE state = 'files-noted'))::integer AS "filesLeft"
  FROM deletion_item i WHERE i.organisation_id = run.organisation_id AND i.run_id = run.id) items`;

const columns = `run.id, origin, instant, asked_by AS "askedBy", asked_at AS "askedAt", started_at AS "startedAt", planned_at AS "plannedAt",
  ended_at AS "endedAt", items.*, deleted_objects AS "deletedObjects", deleted_bytes::float8 AS "deletedBytes", deleted_traces AS "deletedTraces",
  (SELECT coalesce(jsonb_agg(jsonb_build_object('class', t.class, 'state', t.state, 'entries', t.entries, 'removedEntries', t.removed_entries,
     'removedBytes', t.removed_bytes, 'reason', t.reason) ORDER BY t.class), '[]')
   FROM deletion_trace t WHERE t.organisation_id = run.organisation_id AND t.run_id = run.id) AS traces,
  stopped_code AS "stoppedCode", stopped_message AS "stoppedMessage"`;

/** Runs that delete, and the journal of what each did to each asset. */
@Injectable()
export class DeletionJournal {
  /** Writes a run; answers whether it was written: not while another has not ended. */
  async add(sql: Sql, run: Pick<DeletionRun, 'id' | 'origin' | 'instant' | 'askedAt'>): Promise<boolean> {
    const { organisationId, actor } = currentContext();
    const added = await sql.run(
      `INSERT INTO deletion_run (organisation_id, id, origin, instant, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [organisationId, run.id, run.origin, run.instant, actor.label, run.askedAt],
    );
    return added > 0;
  }

  async find(sql: Sql, id: string): Promise<DeletionRun | undefined> {
    return (await this.list(sql, 'WHERE run.id = $1', [id]))[0];
  }

  newest(sql: Sql, limit: number): Promise<DeletionRun[]> {
    return this.list(sql, 'ORDER BY asked_at DESC, run.id DESC LIMIT $1', [limit]);
  }

  /** When the clock last began a run. */
  async lastByClock(sql: Sql): Promise<Date | undefined> {
    const row = await sql.first<{ at: Date | null }>(`SELECT max(asked_at) AS at FROM deletion_run WHERE origin = 'clock'`);
    return row?.at ?? undefined;
  }

  async start(sql: Sql, id: string, at: Date): Promise<void> {
    await sql.run('UPDATE deletion_run SET started_at = coalesce(started_at, $2) WHERE id = $1', [id, at]);
  }

  /** Writes what is to go; what stands there already stays as it is. */
  async plan(sql: Sql, runId: string, items: readonly PlannedItem[]): Promise<void> {
    const rows = items.map(({ assetId, due, bytes }) => ({ assetId, class: due.class, dueAt: due.at, bytes }));
    await sql.run(
      `INSERT INTO deletion_item (organisation_id, run_id, asset_id, class, due_at, bytes)
       SELECT $1, $2, "assetId", class, "dueAt", bytes FROM jsonb_to_recordset($3) AS i ("assetId" uuid, class text, "dueAt" timestamptz, bytes bigint)
       ON CONFLICT DO NOTHING`,
      [currentContext().organisationId, runId, JSON.stringify(rows)],
    );
  }

  async notePlanned(sql: Sql, id: string, at: Date): Promise<void> {
    await sql.run('UPDATE deletion_run SET planned_at = $2 WHERE id = $1', [id, at]);
  }

  /** The next assets to go, locked: two processes at the same run never take the same. */
  async next(sql: Sql, runId: string, limit: number): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `SELECT asset_id AS id FROM deletion_item WHERE run_id = $1 AND state = 'planned' ORDER BY asset_id LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [runId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Says what became of assets, in the transaction in which it does. */
  async settle(
    sql: Sql,
    runId: string,
    state: ItemState,
    items: readonly { assetId: string; reason?: string; files?: readonly string[] }[],
  ): Promise<void> {
    if (items.length === 0) return;
    await sql.run(
      `UPDATE deletion_item i SET state = $2, reason = n.reason, files = coalesce(n.files, '{}'), updated_at = now()
       FROM jsonb_to_recordset($3) AS n ("assetId" uuid, reason text, files text[]) WHERE i.run_id = $1 AND i.asset_id = n."assetId"`,
      [runId, state, JSON.stringify(items)],
    );
  }

  async addUp(sql: Sql, id: string, removed: { objects?: number; bytes?: number; traces?: number }): Promise<void> {
    await sql.run(
      `UPDATE deletion_run SET deleted_objects = deleted_objects + $2, deleted_bytes = deleted_bytes + $3, deleted_traces = deleted_traces + $4 WHERE id = $1`,
      [id, removed.objects ?? 0, removed.bytes ?? 0, removed.traces ?? 0],
    );
  }

  /** Ends a run; answers whether it had not ended yet. */
  async end(sql: Sql, id: string, at: Date, stopped?: { code: string; message: string }): Promise<boolean> {
    const ended = await sql.run(
      'UPDATE deletion_run SET ended_at = $2, stopped_code = $3, stopped_message = $4 WHERE id = $1 AND ended_at IS NULL',
      [id, at, stopped?.code ?? null, stopped?.message ?? null],
    );
    return ended > 0;
  }

  /** Notes for which deleted assets no file is left to be unlinked; answers how many. */
  noteFilesGone(sql: Sql): Promise<number> {
    return sql.run(
      `UPDATE deletion_item i SET state = 'done', updated_at = now() WHERE state = 'files-noted'
         AND NOT EXISTS (SELECT FROM file_disposal d WHERE d.organisation_id = i.organisation_id AND d.name = ANY(i.files))`,
    );
  }

  items(sql: Sql, runId: string, after: string | undefined, limit: number): Promise<ItemRow[]> {
    return sql.rows<ItemRow & Record<string, unknown>>(
      `SELECT asset_id AS "assetId", class, due_at AS "dueAt", bytes::float8 AS bytes, state, reason, updated_at AS "updatedAt"
       FROM deletion_item WHERE run_id = $1 AND ($2::uuid IS NULL OR asset_id > $2) ORDER BY asset_id LIMIT $3`,
      [runId, after ?? null, limit],
    );
  }

  private list(sql: Sql, rest: string, parameters: unknown[]): Promise<DeletionRun[]> {
    return sql.rows<DeletionRun & Record<string, unknown>>(
      `SELECT ${columns} FROM deletion_run run ${counted} ${rest}`,
      parameters,
    );
  }
}
