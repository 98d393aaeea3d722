import type { Sql } from '#database';
import type { AssetState } from './domain/asset-state.ts';

/** Facts about an asset that steps find out. Left out: unchanged. */
export interface AssetPatch {
  mediaType?: string;
  width?: number | null;
  height?: number | null;
  durationSeconds?: number | null;
  pageCount?: number | null;
  /** When it was taken or recorded; also orders the library, which falls back to when it was added. */
  capturedAt?: Date | null;
  latitude?: number | null;
  longitude?: number | null;
  camera?: string | null;
  lens?: string | null;
  /** ThumbHash. */
  thumbhash?: Buffer | null;
  /** 64 bits as 0 and 1. */
  perceptualHash?: string | null;
  colours?: { name: string; hex: string; share: number }[];
  quality?: Record<string, number>;
  /** Replaces the parts that it names. */
  metadata?: Record<string, unknown>;
  /** What the file says now and said before: written only where nobody changed it since. */
  rating?: { said: number | null; before: number | null };
  caption?: { said: string; before: string };
}

type Assignments = {
  [Key in keyof AssetPatch]-?: (value: NonNullable<AssetPatch[Key]> | null, bind: (value: unknown) => string) => string;
};

const assignments: Assignments = {
  mediaType: (value, bind) => `media_type = ${bind(value)}`,
  width: (value, bind) => `width = ${bind(value)}`,
  height: (value, bind) => `height = ${bind(value)}`,
  durationSeconds: (value, bind) => `duration_seconds = ${bind(value)}`,
  pageCount: (value, bind) => `page_count = ${bind(value)}`,
  capturedAt: (value, bind) => {
    const at = bind(value);
    return `captured_at = ${at}, shown_at = coalesce(${at}::timestamptz, added_at)`;
  },
  latitude: (value, bind) => `latitude = ${bind(value)}`,
  longitude: (value, bind) => `longitude = ${bind(value)}`,
  camera: (value, bind) => `camera = ${bind(value)}`,
  lens: (value, bind) => `lens = ${bind(value)}`,
  thumbhash: (value, bind) => `thumbhash = ${bind(value)}`,
  perceptualHash: (value, bind) => `perceptual_hash = ${bind(value)}::text::bit(64)`,
  colours: (value, bind) => `colours = ${bind(JSON.stringify(value ?? []))}`,
  quality: (value, bind) => `quality = ${bind(JSON.stringify(value ?? {}))}`,
  metadata: (value, bind) => `metadata = metadata || ${bind(JSON.stringify(value ?? {}))}::jsonb`,
  rating: (value, bind) =>
    `rating = CASE WHEN rating IS NOT DISTINCT FROM ${bind(value?.before ?? null)}::smallint THEN ${bind(value?.said ?? null)} ELSE rating END`,
  caption: (value, bind) =>
    `caption = CASE WHEN caption = ${bind(value?.before ?? '')} THEN ${bind(value?.said ?? '')} ELSE caption END`,
};

/** Writes facts and the state of an asset and counts its version up. Answers the new version, or undefined where there is no such asset. */
export async function writeAsset(
  sql: Sql,
  assetId: string,
  patch: AssetPatch,
  state: AssetState,
  stateReason: string | null,
): Promise<number | undefined> {
  const parameters: unknown[] = [assetId, state, stateReason];
  const bind = (value: unknown) => `$${parameters.push(value)}`;
  const sets = (Object.keys(patch) as (keyof AssetPatch)[])
    .filter((key) => patch[key] !== undefined)
    .map((key) => (assignments[key] as (value: unknown, bind: (value: unknown) => string) => string)(patch[key], bind));
  if (patch.width && patch.height) sets.push(`orientation = ${bind(orientationOf(patch.width, patch.height))}`);
  const row = await sql.often.first<{ version: number }>(
    `UPDATE asset SET ${[...sets, 'state = $2', 'state_reason = $3', 'version = version + 1', 'updated_at = now()'].join(', ')}
     WHERE id = $1 RETURNING version`,
    parameters,
  );
  return row?.version;
}

/** How a picture lies; within one part in fifty of a square it is one. */
export function orientationOf(width: number, height: number): 'landscape' | 'portrait' | 'square' {
  const ratio = width / height;
  if (ratio > 0.98 && ratio < 1.02) return 'square';
  return ratio > 1 ? 'landscape' : 'portrait';
}
