import type { z } from 'zod';
import { versionLength } from '../domain/rendition-version.ts';
import type { assetTile } from '../http/asset.contract.ts';

export type AssetTile = z.input<typeof assetTile>;

/** What `tileColumns` selects. */
export interface TileRow {
  id: string;
  name: string;
  kind: AssetTile['kind'];
  state: AssetTile['state'];
  shownAt: Date;
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  pageCount: number | null;
  thumbhash: Buffer | null;
  rating: number | null;
  version: number;
  pictures: AssetTile['pictures'] | null;
}

/** The renditions that lists show of an asset, each with the `v` of its address; null where there are none. */
export const picturesOf = (asset: string) =>
  `(SELECT jsonb_object_agg(kind, left(encode(object_sha256, 'hex'), ${versionLength})) FROM rendition
   WHERE rendition.organisation_id = ${asset}.organisation_id AND asset_id = ${asset}.id AND position = 0
     AND rendition.kind IN ('thumbnail', 'preview', 'poster', 'hover-strip'))`;

/** Columns of table `asset` that make a tile; a look-up per row, so select the page first. */
export const tileColumns = `asset.id, asset.name, asset.kind, asset.state, asset.shown_at AS "shownAt", asset.width, asset.height,
  asset.duration_seconds AS "durationSeconds", asset.page_count AS "pageCount", asset.thumbhash, asset.rating, asset.version,
  ${picturesOf('asset')} AS pictures`;

/** A row as the portal's grid shows it. */
export function tileOf(row: TileRow): AssetTile {
  const { id, name, kind, state, shownAt, width, height, durationSeconds, pageCount, thumbhash, rating, version } = row;
  return {
    id,
    name,
    kind,
    state,
    shownAt: shownAt.toISOString(),
    aspectRatio: width && height ? width / height : 1,
    durationSeconds,
    pageCount,
    thumbhash: thumbhash?.toString('base64') ?? null,
    pictures: row.pictures ?? {},
    rating,
    version,
  };
}
