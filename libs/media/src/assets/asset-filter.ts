import type { z } from 'zod';
import type { assetFilter } from '../http/asset.contract.ts';

export type AssetFilter = z.output<typeof assetFilter>;

/** Collects the parameters of a statement; answers the placeholder of each. */
export class Parameters {
  readonly values: unknown[] = [];

  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** The conditions of a filter on table `asset`, to be joined by AND. Days are days in UTC. */
export function conditionsOf(filter: AssetFilter, parameters: Parameters): string[] {
  const bind = (value: unknown) => parameters.bind(value);
  const conditions = [filter.trashed ? 'asset.trashed_at IS NOT NULL' : 'asset.trashed_at IS NULL'];
  const { kind, state, from, to, tag, collection, minRating, orientation, camera } = filter;
  if (Array.isArray(kind)) conditions.push(`asset.kind = ANY(${bind(kind)})`);
  else if (kind) conditions.push(`asset.kind = ${bind(kind)}`);
  if (state) conditions.push(`asset.state = ${bind(state)}`);
  // Bounds are worked out here: row-level security keeps functions in conditions away from indexes.
  if (from) conditions.push(`asset.shown_at >= ${bind(startOf(from))}`);
  if (to) conditions.push(`asset.shown_at < ${bind(startOf(to, 1))}`);
  if (minRating) conditions.push(`asset.rating >= ${bind(minRating)}`);
  if (orientation) conditions.push(`asset.orientation = ${bind(orientation)}`);
  if (camera) conditions.push(`asset.camera = ${bind(camera)}`);
  if (tag)
    conditions.push(
      `asset.id IN (SELECT asset_id FROM asset_tag WHERE tag_id = ${bind(tag)} AND asset_tag.state <> 'rejected')`,
    );
  if (collection)
    conditions.push(`asset.id IN (SELECT asset_id FROM collection_asset WHERE collection_id = ${bind(collection)})`);
  return conditions;
}

/** The first moment of a day in UTC, or of one so many days later. */
function startOf(day: string, daysLater = 0): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + daysLater * 86_400_000);
}
