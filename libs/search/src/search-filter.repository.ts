import type { z } from 'zod';
import type { searchFilters } from './http/search.contract.ts';
import { Parameters } from './parameters.ts';

export type SearchFilters = z.output<typeof searchFilters>;

/** A filter as SQL. */
export interface FilterSql {
  /** Conditions on `asset a`, always with that it is not in the trash. */
  conditions: string;
  /**
   * The same for a search by vectors, or null where nothing filters: a query for the ids (column `id`) of what passes, and a test of one
   * asset. Both by the cheapest tables, so trashed assets may pass.
   */
  visible: { candidates: string; test(assetId: string): string } | null;
}

/** Kilometres per degree of latitude on the mean sphere. */
const kmPerDegree = 111.195;

function near(parameters: Parameters, { latitude, longitude, radiusKm }: NonNullable<SearchFilters['near']>): string[] {
  const [lat, lon, radius] = [latitude, longitude, radiusKm].map((value) => parameters.add(value));
  const degrees = radiusKm / kmPerDegree;
  const conditions = [
    // The box first, which the index knows; longitudes are left to the distance where they wrap around or meet at a pole.
    `a.latitude BETWEEN ${parameters.add(latitude - degrees)} AND ${parameters.add(latitude + degrees)}`,
    `a.longitude IS NOT NULL`,
    `2 * 6371.0088 * asin(least(1, sqrt(sin(radians(a.latitude - ${lat}) / 2) ^ 2
      + cos(radians(${lat})) * cos(radians(a.latitude)) * sin(radians(a.longitude - ${lon}) / 2) ^ 2))) <= ${radius}`,
  ];
  return conditions;
}

function assetConditions(parameters: Parameters, filters: SearchFilters): string[] {
  const conditions: string[] = [];
  const anyOf = (column: string, values: string[] | undefined) => {
    if (values && values.length > 0) conditions.push(`a.${column} = ANY(${parameters.add(values)}::text[])`);
  };
  anyOf('kind', filters.kinds);
  anyOf('camera', filters.cameras);
  anyOf('orientation', filters.orientations);
  if (filters.from) conditions.push(`a.shown_at >= ${parameters.add(filters.from)}::date`);
  if (filters.to) conditions.push(`a.shown_at < ${parameters.add(filters.to)}::date + 1`);
  if (filters.minRating !== undefined) conditions.push(`a.rating >= ${parameters.add(filters.minRating)}::smallint`);
  if (filters.place?.trim())
    conditions.push(`strpos(lower(a.place), lower(${parameters.add(filters.place.trim())}::text)) > 0`);
  if (filters.near) conditions.push(...near(parameters, filters.near));
  return conditions;
}

/** A table that lists assets, and which of its rows count. */
interface Membership {
  table: string;
  condition(alias: string): string;
}

function memberships(parameters: Parameters, filters: SearchFilters): Membership[] {
  const tags = [...new Set(filters.tagIds ?? [])].map((tagId) => {
    const tag = parameters.add(tagId);
    return {
      table: 'asset_tag',
      condition: (alias: string) => `${alias}.tag_id = ${tag}::uuid AND ${alias}.state <> 'rejected'`,
    };
  });
  if (!filters.collectionId) return tags;
  const collection = parameters.add(filters.collectionId);
  return [...tags, { table: 'collection_asset', condition: (alias) => `${alias}.collection_id = ${collection}::uuid` }];
}

/** A scalar subquery rather than EXISTS: PostgreSQL neither turns it into a join, which would lose the order of a walk, nor hashes it. */
function memberTest({ table, condition }: Membership, assetId: string): string {
  return `(SELECT true FROM ${table} t WHERE ${condition('t')} AND t.asset_id = ${assetId})`;
}

/** Puts a filter into SQL. Row-level security adds the organisation to every table by itself. */
export function filterSql(parameters: Parameters, filters: SearchFilters): FilterSql {
  const own = assetConditions(parameters, filters);
  const lists = memberships(parameters, filters);
  const memberTests = (assetId: string, among: Membership[]) => among.map((list) => memberTest(list, assetId));
  const conditions = ['a.trashed_at IS NULL', ...own, ...memberTests('a.id', lists)].join(' AND ');
  if (own.length > 0)
    return {
      conditions,
      visible: {
        candidates: `SELECT a.id FROM asset a WHERE ${conditions}`,
        test: (assetId) => `(SELECT true FROM asset a WHERE a.id = ${assetId} AND ${conditions})`,
      },
    };
  const [first, ...others] = lists;
  if (!first) return { conditions, visible: null };
  return {
    conditions,
    visible: {
      candidates: `SELECT m.asset_id AS id FROM ${first.table} m WHERE ${[first.condition('m'), ...memberTests('m.asset_id', others)].join(' AND ')}`,
      test: (assetId) => memberTests(assetId, lists).join(' AND '),
    },
  };
}

/** Whether a filter leaves anything out: lists may be empty and texts blank. */
export function restricts(filters: SearchFilters): boolean {
  return filterSql(new Parameters(), filters).visible !== null;
}
