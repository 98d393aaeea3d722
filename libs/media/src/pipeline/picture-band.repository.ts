import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext } from '#kernel';
import { bandProbes, bandsOf, isTelling, nearDistance } from './domain/perceptual-hash.ts';

/** Near-duplicates kept for one asset, nearest first. */
const mostNeighbours = 50;

/** Finds pictures that look nearly the same, by their perceptual hashes. */
@Injectable()
export class PictureBandRepository {
  /** Publishes the hash of a picture for others to find; `undefined` takes it back. */
  async write(sql: Sql, assetId: string, hash: string | undefined): Promise<void> {
    if (hash === undefined || !isTelling(hash)) {
      await sql.run('DELETE FROM picture_band WHERE asset_id = $1', [assetId]);
      return;
    }
    await sql.run(
      `INSERT INTO picture_band (organisation_id, asset_id, band, value, hash)
       SELECT $1, $2, band - 1, value, $4::text::bit(64) FROM unnest($3::integer[]) WITH ORDINALITY AS b (value, band)
       ON CONFLICT (organisation_id, asset_id, band) DO UPDATE SET value = excluded.value, hash = excluded.hash`,
      [currentContext().organisationId, assetId, bandsOf(hash), hash],
    );
  }

  /**
   * Finds the near-duplicates of an asset anew, both ways. Runs in a later transaction than `write`: of two pictures that arrive at
   * once, the later search sees both.
   */
  async link(sql: Sql, assetId: string): Promise<number> {
    const own = await sql.first<{ hash: string }>('SELECT hash::text AS hash FROM picture_band WHERE asset_id = $1 LIMIT 1', [
      assetId,
    ]);
    const probes = own ? bandProbes(own.hash) : { bands: [], values: [] };
    const rows = await sql.rows(
      `WITH near AS (
         SELECT DISTINCT b.asset_id AS other_id, bit_count(b.hash # $4::text::bit(64))::smallint AS distance
         FROM unnest($2::smallint[], $3::integer[]) AS p (band, value)
         JOIN picture_band b ON b.organisation_id = $5 AND b.band = p.band AND b.value = p.value
         WHERE b.asset_id <> $1 AND bit_count(b.hash # $4::text::bit(64)) <= ${nearDistance}
         ORDER BY distance, other_id LIMIT ${mostNeighbours}),
       gone AS (
         DELETE FROM near_duplicate n WHERE (n.asset_id = $1 AND NOT EXISTS (SELECT FROM near WHERE near.other_id = n.other_id))
           OR (n.other_id = $1 AND NOT EXISTS (SELECT FROM near WHERE near.other_id = n.asset_id))),
       pairs AS (
         SELECT $1::uuid AS asset_id, other_id, distance FROM near UNION ALL SELECT other_id, $1::uuid, distance FROM near)
       INSERT INTO near_duplicate (organisation_id, asset_id, other_id, distance)
       SELECT $5, asset_id, other_id, distance FROM pairs ORDER BY asset_id, other_id
       ON CONFLICT (organisation_id, asset_id, other_id) DO UPDATE SET distance = excluded.distance
       RETURNING 1`,
      [assetId, probes.bands, probes.values, own?.hash ?? '0'.repeat(64), currentContext().organisationId],
    );
    return rows.length / 2;
  }
}
