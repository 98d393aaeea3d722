import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import type { LedgerRow } from './domain/account.ts';
import type { AssetState } from './domain/asset-state.ts';
import type { AssetKind, PipelineStep } from './domain/ledger.ts';

/** What steps need to know of their asset. */
export interface PipelineAsset {
  id: string;
  kind: AssetKind;
  name: string;
  mediaType: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  state: AssetState;
  stateReason: string | null;
  version: number;
}

const assetColumns = `a.id, a.kind, a.name, a.media_type AS "mediaType", a.size_bytes::float8 AS "sizeBytes",
  encode(a.object_sha256, 'hex') AS sha256, a.state, a.state_reason AS "stateReason", a.version`;
const rowColumns = `l.step, l.state, l.stage, l.runs, l.findings, l.attempts, l.outcome,
  l.duration_ms AS "durationMs", l.cpu_ms AS "cpuMs", l.input_version AS "inputVersion", l.step_version AS "stepVersion",
  l.model_versions AS "modelVersions", l.error_code AS "errorCode", l.error_message AS "errorMessage"`;
const recordColumns = `step text, state text, stage smallint, runs integer, findings jsonb, attempts integer, outcome text,
  "durationMs" float8, "cpuMs" float8, "inputVersion" text, "stepVersion" text, "modelVersions" jsonb, "errorCode" text, "errorMessage" text`;

/** The ledger: one row per asset and step. */
@Injectable()
export class LedgerRepository {
  async findAsset(sql: Sql, assetId: string): Promise<PipelineAsset | undefined> {
    return sql.often.first<PipelineAsset & Record<string, unknown>>(`SELECT ${assetColumns} FROM asset a WHERE a.id = $1`, [
      assetId,
    ]);
  }

  /** Reads an asset and keeps others from planning for it until the transaction ends. Taken before any other lock of the asset. */
  async lockAsset(sql: Sql, assetId: string): Promise<PipelineAsset | undefined> {
    return sql.often.first<PipelineAsset & Record<string, unknown>>(
      `SELECT ${assetColumns} FROM asset a WHERE a.id = $1 FOR NO KEY UPDATE`,
      [assetId],
    );
  }

  async rows(sql: Sql, assetId: string): Promise<LedgerRow[]> {
    return sql.often.rows<LedgerRow & Record<string, unknown>>(
      `SELECT ${rowColumns} FROM ledger_step l WHERE l.asset_id = $1`,
      [assetId],
    );
  }

  /** Counts the versions of assets up. */
  async countUp(sql: Sql, assetIds: readonly string[]): Promise<Pick<PipelineAsset, 'id' | 'state' | 'version'>[]> {
    return sql.rows<Pick<PipelineAsset, 'id' | 'state' | 'version'>>(
      'UPDATE asset SET version = version + 1, updated_at = now() WHERE id = ANY($1) RETURNING id, state, version',
      [assetIds],
    );
  }

  /** Marks steps as running, counting an attempt, unless they were taken back meanwhile. Answers which. */
  async begin(sql: Sql, assetId: string, rows: Pick<LedgerRow, 'step' | 'inputVersion'>[]): Promise<PipelineStep[]> {
    const begun = await sql.often.rows<{ step: PipelineStep }>(
      `UPDATE ledger_step l SET state = 'running', attempts = l.attempts + 1, started_at = clock_timestamp(),
         input_version = r."inputVersion", error_code = NULL, error_message = NULL
       FROM jsonb_to_recordset($2) AS r (step text, "inputVersion" text)
       WHERE l.asset_id = $1 AND l.step = r.step AND l.state IN ('queued', 'running') RETURNING l.step`,
      [assetId, JSON.stringify(rows)],
    );
    return begun.map((row) => row.step);
  }

  /** Notes why a try failed that may be made again, and what it cost each step. */
  async noteRetry(
    sql: Sql,
    assetId: string,
    steps: PipelineStep[],
    error: { code: string; message: string },
    cpuMs: number,
  ): Promise<void> {
    await sql.run(
      `UPDATE ledger_step SET state = 'queued', error_code = $3, error_message = $4,
         cpu_ms = CASE WHEN stage > 0 THEN coalesce(cpu_ms, 0) ELSE 0 END + $5
       WHERE asset_id = $1 AND step = ANY($2) AND state = 'running'`,
      [assetId, steps, error.code, error.message, cpuMs],
    );
  }

  /** Writes rows, new or known. The times follow the state: queued now, or finished now. */
  async save(sql: Sql, assetId: string, rows: LedgerRow[]): Promise<void> {
    if (rows.length === 0) return;
    await sql.often.run(
      `INSERT INTO ledger_step AS l (organisation_id, asset_id, step, state, stage, runs, findings, attempts, outcome, duration_ms, cpu_ms,
         input_version, step_version, model_versions, error_code, error_message, queued_at, finished_at)
       SELECT $1, $2, step, state, stage, runs, findings, attempts, outcome, "durationMs", "cpuMs", "inputVersion", "stepVersion",
         "modelVersions", "errorCode", "errorMessage",
         CASE WHEN state = 'queued' THEN clock_timestamp() END,
         CASE WHEN state IN ('done', 'skipped', 'failed') THEN clock_timestamp() END
       FROM jsonb_to_recordset($3) AS r (${recordColumns})
       ON CONFLICT (organisation_id, asset_id, step) DO UPDATE SET
         state = excluded.state, stage = excluded.stage, runs = excluded.runs, findings = excluded.findings,
         attempts = excluded.attempts, outcome = excluded.outcome, duration_ms = excluded.duration_ms, cpu_ms = excluded.cpu_ms,
         input_version = excluded.input_version, step_version = excluded.step_version, model_versions = excluded.model_versions,
         error_code = excluded.error_code, error_message = excluded.error_message,
         queued_at = coalesce(excluded.queued_at, l.queued_at), finished_at = excluded.finished_at`,
      [currentContext().organisationId, assetId, JSON.stringify(rows)],
    );
  }
}
