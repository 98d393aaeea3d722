import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Appliance } from '#manifest';
import { objectPath } from '../../../../libs/storage/src/object-path.ts';
import type { Violation } from '../workload.ts';
import type { DeviceHouse } from './device-house.ts';

/** An object that was on a tier when its row had that generation. */
export type Placed = { id: string; tier: string; generation: number };
type Row = { id: string; tier: string; generation: number; sha256: string };

/** The rows of all objects. */
export function rowsOf(house: DeviceHouse): Promise<Row[]> {
  return house.rows<Row>(`SELECT id, tier, generation, encode(file_sha256, 'hex') AS sha256 FROM stored_object ORDER BY id`);
}

/** Rows are at least where they were said to be, and what they name is there and whole. */
export async function judgeRows(house: DeviceHouse, { tiers }: Appliance, facts: readonly Placed[]): Promise<Violation[]> {
  const rows = await rowsOf(house);
  const violations: Violation[] = [];
  const known = new Map(rows.map((row) => [row.id, row]));
  for (const { id, tier, generation } of facts) {
    const row = known.get(id);
    if (!row || row.generation < generation || (row.generation === generation && row.tier !== tier))
      violations.push({ invariant: 'acknowledged-is-there', subject: id, detail: `it was on ${tier}` });
  }
  for (const { id, tier, sha256 } of rows) {
    const lies = (root: string) => hashOf(objectPath(root, house.organisationId, id)) === sha256;
    if (lies(tiers.find(({ name }) => name === tier)?.path ?? '')) continue;
    violations.push({ invariant: 'place-is-complete', subject: id, detail: `its row says ${tier}` });
    if (!tiers.some(({ path }) => lies(path))) violations.push({ invariant: 'never-without-copy', subject: id });
  }
  const double = await house.rows<{ id: string }>(
    'SELECT object_id AS id FROM tier_move WHERE ended_at IS NULL GROUP BY 1 HAVING count(*) > 1',
  );
  for (const { id } of double) violations.push({ invariant: 'one-move-per-object', subject: id });
  return violations;
}

/** Files in the making belong to moves that the journal knows; to ended ones where the file system brought back a name that was gone (seen with btrfs). */
export async function judgeParts(house: DeviceHouse, appliance: Appliance): Promise<Violation[]> {
  const moves = await house.rows<{ id: string }>('SELECT id FROM tier_move');
  const known = new Set(moves.map(({ id }) => `.hf-${id}.part`));
  return filesOn(appliance)
    .map((file) => basename(file))
    .filter((name) => name.endsWith('.part') && !known.has(name))
    .map((name) => ({ invariant: 'parts-are-known', subject: name }));
}

/** Once all is taken up, each file is that of a row. */
export async function judgeGarbage(house: DeviceHouse, { tiers }: Appliance): Promise<Violation[]> {
  const rootOf = (tier: string) => tiers.find(({ name }) => name === tier)?.path ?? '';
  const named = new Set((await rowsOf(house)).map(({ id, tier }) => objectPath(rootOf(tier), house.organisationId, id)));
  const unnamed = filesOn({ tiers }).filter((file) => !named.has(file));
  return unnamed.map((subject) => ({ invariant: 'bytes-add-up', subject }));
}

/** Files below the folders of the organisations; the tiers' own (markers) lie above. */
function filesOn({ tiers }: Pick<Appliance, 'tiers'>): string[] {
  return tiers.flatMap(({ path }) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath !== path)
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

function hashOf(file: string): string | undefined {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}
