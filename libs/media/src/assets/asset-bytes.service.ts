import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { type Sql, TenantDatabase } from '#database';
import { HoldfastError } from '#kernel';
import { type RenditionKind, RenditionRepository } from '../pipeline/rendition.repository.ts';
import { assetNotFound } from './asset.service.ts';

/** Bytes to serve: which object, and as what. */
export interface ServedBytes {
  /** Hexadecimal. */
  sha256: string;
  sizeBytes: number;
  mediaType: string;
  name: string;
}

/** Finds the bytes behind an address and says whether the caller may have them. */
@Injectable()
export class AssetBytesService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(RenditionRepository) private readonly renditions: RenditionRepository,
  ) {}

  /** A picture, strip, proxy … made of an asset. Throws MEDIA_RENDITION_NOT_FOUND. */
  async rendition(assetId: string, kind: RenditionKind, position: number): Promise<ServedBytes> {
    requireAccess('asset.read');
    const found = await this.database.run((sql) => this.renditions.find(sql, assetId, kind, position));
    if (found) return { ...found, name: kind };
    throw new HoldfastError('MEDIA_RENDITION_NOT_FOUND', {
      kind: 'not-found',
      message: `Asset ${assetId} has no ${kind}${position > 0 ? ` ${position}` : ''}, or not yet.`,
    });
  }

  /** The file as it arrived. Throws MEDIA_ASSET_NOT_FOUND. */
  async original(assetId: string): Promise<ServedBytes> {
    requireAccess('asset.download');
    const found = await this.database.run((sql: Sql) =>
      sql.first<ServedBytes & Record<string, unknown>>(
        `SELECT encode(object_sha256, 'hex') AS sha256, size_bytes::float8 AS "sizeBytes", media_type AS "mediaType", name
         FROM asset WHERE id = $1`,
        [assetId],
      ),
    );
    if (!found) throw assetNotFound(assetId);
    return found;
  }
}
