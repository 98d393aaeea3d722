import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { pipelineSteps } from '../http/asset.contract.ts';
import type { AssetKind, PipelineStep } from './domain/ledger.ts';
import { currentVersions } from './domain/step-plan.ts';

/** Which assets of an organisation steps are to be run again for, a batch at a time. */
export interface RerunChoice {
  kinds: AssetKind[];
  steps: PipelineStep[];
  /** Leaves out assets for which one of the steps was done with this version of this model already. */
  model?: { name: string; version: string } | null | undefined;
}

/** Finds assets for work on many. */
@Injectable()
export class PipelineBatchRepository {
  /** Ids after the cursor, in order. */
  async choose(sql: Sql, { kinds, steps, model }: RerunChoice, cursor: string | null, limit: number): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `SELECT a.id FROM asset a
       WHERE a.kind = ANY($1) AND ($2::uuid IS NULL OR a.id > $2)
         AND ($4::text IS NULL OR NOT EXISTS (SELECT FROM ledger_step l WHERE l.organisation_id = a.organisation_id AND l.asset_id = a.id
           AND l.step = ANY($6) AND l.model_versions ->> $4 = $5))
       ORDER BY a.organisation_id, a.id LIMIT $3`,
      [kinds, cursor, limit, model?.name ?? null, model?.version ?? null, steps],
    );
    return rows.map((row) => row.id);
  }

  async count(sql: Sql, kinds: AssetKind[]): Promise<number> {
    const row = await sql.first<{ count: number }>('SELECT count(*)::int AS count FROM asset WHERE kind = ANY($1)', [kinds]);
    return row?.count ?? 0;
  }

  /** Steps that an older version did, of at most so many assets. */
  async outdated(sql: Sql, limit: number): Promise<Map<string, PipelineStep[]>> {
    const current = Object.fromEntries(pipelineSteps.map((step) => [step, [...currentVersions(step), '']]));
    const rows = await sql.rows<{ assetId: string; steps: PipelineStep[] }>(
      `WITH old AS (
         SELECT DISTINCT step, step_version FROM ledger_step WHERE state IN ('done', 'skipped', 'failed')
         EXCEPT SELECT key, jsonb_array_elements_text(value) FROM jsonb_each($1))
       SELECT l.asset_id AS "assetId", array_agg(l.step) AS steps
       FROM old JOIN ledger_step l ON l.step = old.step AND l.step_version = old.step_version AND l.state IN ('done', 'skipped', 'failed')
       GROUP BY l.asset_id ORDER BY l.asset_id LIMIT $2`,
      [JSON.stringify(current), limit],
    );
    return new Map(rows.map((row) => [row.assetId, row.steps]));
  }

  /** Steps of assets that are due by the ledger while no job for the asset is: restored from a backup, or lost to a mistake. */
  async lyingAbout(sql: Sql, limit: number): Promise<Map<string, PipelineStep[]>> {
    const rows = await sql.rows<{ assetId: string; steps: PipelineStep[] }>(
      `SELECT l.asset_id AS "assetId", array_agg(l.step) AS steps FROM ledger_step l
       WHERE l.state IN ('waiting', 'queued', 'running')
         AND NOT EXISTS (SELECT FROM outbox o WHERE o.organisation_id = l.organisation_id AND o.asset_id = l.asset_id)
       GROUP BY l.asset_id ORDER BY l.asset_id LIMIT $1`,
      [limit],
    );
    return new Map(rows.map((row) => [row.assetId, row.steps]));
  }

  /** Whether a job of this name is on its way already. */
  async isUnderWay(sql: Sql, job: string): Promise<boolean> {
    return (await sql.first(`SELECT FROM outbox WHERE job = $1 AND state <> 'dead' LIMIT 1`, [job])) !== undefined;
  }
}
