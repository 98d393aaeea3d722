import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';

/** The objects behind an asset. */
export interface AssetObjects {
  assetId: string;
  name: string;
  originalId: string;
  renditionIds: string[];
}

export interface RenditionPlace {
  tier: string;
  objects: number;
  bytes: number;
  pinned: number;
  held: number;
}

const renditionRows = `SELECT DISTINCT o.* FROM rendition r
  JOIN stored_object o ON o.organisation_id = r.organisation_id AND o.sha256 = r.object_sha256 WHERE r.asset_id = $1`;

/** Which objects an asset is made of, and where those lie. */
@Injectable()
export class AssetPlacementRepository {
  constructor(@Inject(TenantDatabase) private readonly database: TenantDatabase) {}

  /** By id of the asset, or by SHA-256 of its original in hexadecimal. */
  async find(asset: string): Promise<AssetObjects | undefined> {
    const isHash = asset.length === 64;
    return this.database.run(async (sql) => {
      const found = await sql.first<Omit<AssetObjects, 'renditionIds'>>(
        `SELECT a.id AS "assetId", a.name, o.id AS "originalId" FROM asset a
         JOIN stored_object o ON o.organisation_id = a.organisation_id AND o.sha256 = a.object_sha256
         WHERE ${isHash ? `a.object_sha256 = decode($1, 'hex')` : 'a.id = $1::uuid'}`,
        [asset],
      );
      if (!found) return undefined;
      const renditions = await sql.rows<{ id: string }>(`SELECT id FROM (${renditionRows}) o ORDER BY id`, [found.assetId]);
      return { ...found, renditionIds: renditions.map(({ id }) => id) };
    });
  }

  renditionPlaces(assetId: string): Promise<RenditionPlace[]> {
    return this.database.run((sql) =>
      sql.rows(
        `SELECT tier, count(*)::int AS objects, sum(coalesce(file_bytes, size_bytes))::float8 AS bytes, count(pinned_tier)::int AS pinned,
           (count(*) FILTER (WHERE held))::int AS held FROM (${renditionRows}) o GROUP BY tier ORDER BY tier`,
        [assetId],
      ),
    );
  }
}
