import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import type { ObjectSubject } from '#storage';

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

  /** The assets that objects are part of, by id of the object: the one whose original it is, else one that it was made of. */
  async subjects(objectIds: readonly string[]): Promise<Map<string, ObjectSubject>> {
    const rows = await this.database.run((sql) =>
      sql.rows<ObjectSubject & { objectId: string }>(
        `SELECT o.id AS "objectId", a.id, a.name, a.kind, 'rendition' AS part FROM stored_object o
         JOIN rendition r ON r.organisation_id = o.organisation_id AND r.object_sha256 = o.sha256
         JOIN asset a ON a.organisation_id = r.organisation_id AND a.id = r.asset_id WHERE o.id = ANY($1)
         UNION ALL
         SELECT o.id, a.id, a.name, a.kind, 'original' FROM stored_object o
         JOIN asset a ON a.organisation_id = o.organisation_id AND a.object_sha256 = o.sha256 WHERE o.id = ANY($1)
         ORDER BY part DESC, id`,
        [objectIds],
      ),
    );
    return new Map(rows.map(({ objectId, ...subject }) => [objectId, subject]));
  }
}
