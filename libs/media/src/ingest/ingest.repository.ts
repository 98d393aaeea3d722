import { Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { currentContext, newId } from '#kernel';
import type { StoredBytes } from '#storage';
import type { SafeName } from '../domain/display-name.ts';
import type { AssetState } from '../pipeline/domain/asset-state.ts';
import type { AssetKind } from '../pipeline/domain/ledger.ts';

export interface NewAsset {
  bytes: StoredBytes;
  name: string;
  folder: string;
  kind: AssetKind;
  mediaType: string;
  state: AssetState;
  stateReason: string | null;
  metadata: Record<string, unknown>;
}

export interface KnownAsset {
  id: string;
  kind: AssetKind;
  state: AssetState;
  isTrashed: boolean;
}

/** Rows of arriving files. */
@Injectable()
export class IngestRepository {
  /** Writes the asset of an object. Answers its id, or undefined where these bytes are an asset already (also one that commits while this waits). */
  async add(sql: Sql, asset: NewAsset): Promise<string | undefined> {
    const { organisationId, actor } = currentContext();
    const row = await sql.first<{ id: string }>(
      `INSERT INTO asset (organisation_id, id, object_sha256, size_bytes, name, folder, kind, media_type, state, state_reason, metadata, added_by)
       VALUES ($1, $2, decode($3, 'hex'), $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (organisation_id, object_sha256) DO NOTHING
       RETURNING id`,
      [
        organisationId,
        newId(),
        asset.bytes.sha256,
        asset.bytes.sizeBytes,
        asset.name,
        asset.folder,
        asset.kind,
        asset.mediaType,
        asset.state,
        asset.stateReason,
        JSON.stringify(asset.metadata),
        actor.kind === 'account' ? actor.id : null,
      ],
    );
    return row?.id;
  }

  /** The asset of these bytes, locked; undefined where there is none. */
  async lock(sql: Sql, { sha256, sizeBytes }: StoredBytes): Promise<KnownAsset | undefined> {
    return sql.first<KnownAsset & { id: string }>(
      `SELECT id, kind, state, trashed_at IS NOT NULL AS "isTrashed" FROM asset
       WHERE object_sha256 = decode($1, 'hex') AND size_bytes = $2 FOR UPDATE`,
      [sha256, sizeBytes],
    );
  }

  /** Notes a name under which an asset's bytes arrived. Answers whether it is a new one. */
  async addOrigin(sql: Sql, assetId: string, { name, givenName }: SafeName, folder: string): Promise<boolean> {
    const { organisationId, actor } = currentContext();
    const added = await sql.run(
      `INSERT INTO asset_origin (organisation_id, asset_id, name, folder, given_name, added_by) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [organisationId, assetId, name, folder, givenName, actor.kind === 'account' ? actor.id : null],
    );
    return added > 0;
  }

  /** Whether a file of this name, folder and size arrived before: its bytes are likely known. */
  async hasOrigin(sql: Sql, name: string, folder: string, sizeBytes: number): Promise<boolean> {
    const row = await sql.first(
      `SELECT FROM asset_origin o JOIN asset a ON a.organisation_id = o.organisation_id AND a.id = o.asset_id
       WHERE o.name = $1 AND o.folder = $2 AND a.size_bytes = $3 LIMIT 1`,
      [name, folder, sizeBytes],
    );
    return row !== undefined;
  }

  /** Takes an asset out of the trash if it is there, and counts its version up. Answers the new version. */
  async restore(sql: Sql, assetId: string): Promise<number> {
    const row = await sql.first<{ version: number }>(
      'UPDATE asset SET trashed_at = NULL, version = version + 1, updated_at = now() WHERE id = $1 RETURNING version',
      [assetId],
    );
    return row?.version ?? 1;
  }
}
