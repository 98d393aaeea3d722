import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import type { AssetState } from '../pipeline/domain/asset-state.ts';
import { PipelineEvents } from '../pipeline/pipeline-events.ts';

/** More changed assets than this are not told one by one: whoever shows so many asks for the list again. */
const mostTold = 1000;

/** Counts versions up. Whatever changes something of an asset calls this in its transaction. */
@Injectable()
export class AssetChanges {
  constructor(@Inject(PipelineEvents) private readonly events: PipelineEvents) {}

  /** Counts the assets' versions up and tells browsers after the commit. */
  async touch(sql: Sql, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = await sql.rows<{ id: string; state: AssetState; version: number }>(
      'UPDATE asset SET version = version + 1, updated_at = now() WHERE id = ANY($1) RETURNING id, state, version',
      [ids],
    );
    for (const { id, state, version } of rows.slice(0, mostTold)) this.events.assetChanged(id, state, version);
  }
}
