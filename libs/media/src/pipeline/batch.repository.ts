import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { pipelineSteps } from '../http/asset.contract.ts';
import type { AssetKind, PipelineStep } from './domain/ledger.ts';
import { currentVersions, plannedSteps } from './domain/step-plan.ts';

/** One version of a model. */
export interface ModelVersion {
  name: string;
  version: string;
}

/** Which assets of an organisation steps are to be run again for, a batch at a time. */
export interface RerunChoice {
  kinds: AssetKind[];
  steps: PipelineStep[];
  /** Leaves out assets for which one of the steps was done with this version of this model already. */
  model?: ModelVersion | null | undefined;
  /** Only assets for which one of the steps was done with this version of this model. */
  madeBy?: ModelVersion | null | undefined;
}

const rowOfAsset = 'FROM ledger_step l WHERE l.organisation_id = a.organisation_id AND l.asset_id = a.id';

/** Chosen assets: $1 kinds, $2 steps, $3 and $4 the model that has not seen them, $5 and $6 the one that has. Those are left out for which the steps have nothing to do. */
const isChosen = `a.kind = ANY($1)
  AND ($3::text IS NULL OR NOT EXISTS (SELECT ${rowOfAsset} AND l.step = ANY($2) AND l.model_versions ->> $3 = $4))
  AND ($5::text IS NULL OR EXISTS (SELECT ${rowOfAsset} AND l.step = ANY($2) AND l.model_versions ->> $5 = $6))
  AND NOT ($2 = ARRAY['embed'] AND EXISTS (SELECT ${rowOfAsset} AND l.step = 'text' AND l.state IN ('done', 'skipped')
    AND coalesce((l.findings ->> 'characters')::integer, 0) = 0))
  AND NOT ('text' = ANY($2) AND a.kind IN ('video', 'audio') AND EXISTS (SELECT ${rowOfAsset} AND l.step = 'probe' AND l.state = 'done'
    AND l.findings ->> 'hasSound' = 'false'))
  AND NOT ('recognise' = ANY($2) AND a.kind = 'document' AND EXISTS (SELECT ${rowOfAsset} AND l.step = 'recognise' AND l.state = 'skipped'))`;

function parametersOf({ kinds, steps, model, madeBy }: RerunChoice): unknown[] {
  return [kinds, steps, model?.name ?? null, model?.version ?? null, madeBy?.name ?? null, madeBy?.version ?? null];
}

/** Finds assets for work on many. */
@Injectable()
export class PipelineBatchRepository {
  /** Ids after the cursor, in order. */
  async choose(sql: Sql, choice: RerunChoice, cursor: string | null, limit: number): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `SELECT a.id FROM asset a WHERE ${isChosen} AND ($7::uuid IS NULL OR a.id > $7) ORDER BY a.organisation_id, a.id LIMIT $8`,
      [...parametersOf(choice), cursor, limit],
    );
    return rows.map((row) => row.id);
  }

  /** How many assets a choice is. */
  async count(sql: Sql, choice: RerunChoice): Promise<number> {
    const row = await sql.first<{ count: number }>(
      `SELECT count(*)::int AS count FROM asset a WHERE ${isChosen}`,
      parametersOf(choice),
    );
    return row?.count ?? 0;
  }

  /** Assets for which one of the steps was done with a version of a model, locked in one order. */
  async lockMadeBy(sql: Sql, steps: PipelineStep[], model: ModelVersion, limit: number): Promise<string[]> {
    const rows = await sql.rows<{ id: string }>(
      `SELECT a.id FROM asset a WHERE EXISTS (SELECT ${rowOfAsset} AND l.step = ANY($1) AND l.model_versions ->> $2 = $3)
       ORDER BY a.id LIMIT $4 FOR NO KEY UPDATE`,
      [steps, model.name, model.version, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Takes a version of a model out of the account of steps, and says so there. */
  async forgetModel(sql: Sql, assetIds: string[], steps: PipelineStep[], { name, version }: ModelVersion): Promise<void> {
    await sql.run(
      `UPDATE ledger_step SET model_versions = model_versions - $3, outcome = concat_ws(' ', outcome, $5::text)
       WHERE asset_id = ANY($1) AND step = ANY($2) AND model_versions ->> $3 = $4`,
      [assetIds, steps, name, version, `What ${name} ${version} made of it went when that was disabled.`],
    );
  }

  /** Steps that an older version did, or did not know for this kind of asset, of at most so many assets. */
  async outdated(sql: Sql, limit: number): Promise<Map<string, PipelineStep[]>> {
    const current = Object.fromEntries(pipelineSteps.map((step) => [step, [...currentVersions(step), '']]));
    const rows = await sql.rows<{ assetId: string; steps: PipelineStep[] }>(
      `WITH old AS (
         SELECT DISTINCT step, step_version FROM ledger_step WHERE state IN ('done', 'skipped', 'failed')
         EXCEPT SELECT key, jsonb_array_elements_text(value) FROM jsonb_each($1)),
       stale AS (
         SELECT l.asset_id, l.step
         FROM old JOIN ledger_step l ON l.step = old.step AND l.step_version = old.step_version AND l.state IN ('done', 'skipped', 'failed')
         UNION SELECT l.asset_id, l.step
         FROM jsonb_to_recordset($3) AS planned (kind text, step text)
           JOIN ledger_step l ON l.step = planned.step AND l.step_version = '' AND l.state = 'skipped'
           JOIN asset a ON a.organisation_id = l.organisation_id AND a.id = l.asset_id AND a.kind = planned.kind)
       SELECT asset_id AS "assetId", array_agg(step) AS steps FROM stale GROUP BY asset_id ORDER BY asset_id LIMIT $2`,
      [JSON.stringify(current), limit, JSON.stringify(plannedSteps())],
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
