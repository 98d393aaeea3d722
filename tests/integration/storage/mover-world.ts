import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Clock, newId, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { addOrganisation, createTestAppliance } from '#testing';
import { objectPath } from '../../../libs/storage/src/object-path.ts';
import { buildMover } from './mover-parts.ts';

/** An object as the world has put it. */
export interface PutObject {
  id: string;
  organisationId: string;
  bytes: Buffer;
  sha256: string;
}

/** Wishes about an object that is put. */
export interface Putting {
  tier?: string;
  class?: 'original' | 'rendition';
  idleHours?: number;
  placedHours?: number;
  pinnedTier?: string | null;
  neverMove?: boolean;
}

/** A clock that tests turn. */
export class TestClock implements Clock {
  #now = new Date(2026, 10, 21, 2, 0, 0).getTime();

  now(): Date {
    return new Date(this.#now);
  }

  monotonicMs(): number {
    return performance.now();
  }

  /** Back to two in the morning of the first day, when the window is open. */
  reset(): void {
    this.#now = new Date(2026, 10, 21, 2, 0, 0).getTime();
  }

  pass(hours: number): void {
    this.#now += hours * 3_600_000;
  }
}

/** Three tiers in folders, real PostgreSQL, a mover, and a clock that is turned by hand. */
export interface MoverWorld extends ReturnType<typeof buildMover> {
  appliance: Appliance;
  clock: TestClock;
  organisation: TenantContext;
  put(bytes?: Buffer, wishes?: Putting): Promise<PutObject>;
  /** The path of an object's file on a tier. */
  fileOf(object: PutObject, tier: string): string;
  tierOf(object: PutObject): Promise<string | undefined>;
  /** What a reader does: the row says where, and where that is too old the row is asked again. */
  read(object: PutObject): Promise<Buffer>;
  query<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** Violations of the invariants that hold at every instant. */
  violations(objects: readonly PutObject[]): Promise<string[]>;
}

export async function makeMoverWorld(change: (appliance: Appliance) => void = () => {}): Promise<MoverWorld> {
  const { appliance, remove } = await createTestAppliance();
  for (const tier of appliance.tiers)
    Object.assign(tier, { minFreeBytes: 0, minFreeInodes: 0, highPercent: 98, criticalPercent: 99 });
  change(appliance);
  const clock = new TestClock();
  const parts = buildMover(appliance, clock);
  const { system, tiers } = parts;
  const organisation = await addOrganisation(system);
  await tiers.claim();
  const rows = <Row extends Record<string, unknown>>(text: string, parameters?: unknown[]) =>
    system.run((sql) => sql.rows<Row>(text, parameters));
  const world: MoverWorld = {
    ...parts,
    appliance,
    clock,
    organisation,
    put: (bytes = randomBytes(1000), wishes = {}) => putObject(world, bytes, wishes),
    fileOf: ({ id, organisationId }, tier) => objectPath(tiers.rootOf(tier), organisationId, id),
    tierOf: async ({ id }) => (await rows<{ tier: string }>('SELECT tier FROM stored_object WHERE id = $1', [id]))[0]?.tier,
    read: async (object) => {
      for (let tries = 0; tries < 20; tries++) {
        const tier = await world.tierOf(object);
        const file = world.fileOf(object, tier ?? '');
        if (existsSync(file)) return readFileSync(file);
      }
      throw new Error(`${object.id} is nowhere.`);
    },
    query: rows,
    violations: (objects) => findViolations(world, objects),
    close: async () => {
      await parts.close();
      await remove();
    },
  };
  return world;
}

async function putObject(world: MoverWorld, bytes: Buffer, wishes: Putting): Promise<PutObject> {
  const object = { id: newId(), organisationId: world.organisation.organisationId, bytes, sha256: sha256Of(bytes) };
  const tier = wishes.tier ?? 'hot';
  const file = world.fileOf(object, tier);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes, { mode: 0o440 });
  const ago = (hours = 0) => new Date(world.clock.now().getTime() - hours * 3_600_000);
  await world.system.run((sql) =>
    sql.run(
      `INSERT INTO stored_object (organisation_id, sha256, size_bytes, id, class, format, file_bytes, file_sha256, key_id, key_version, wrapped_key,
         tier, placed_at, touched_at, pinned_tier, never_move)
       VALUES ($1, decode($2, 'hex'), $3, $4, $5, 'sealed', $3, decode($6, 'hex'), $4, 1, '\\x00', $7, $8, $9, $10, $11)`,
      [
        object.organisationId,
        createHash('sha256').update(object.id).digest('hex'),
        bytes.length,
        object.id,
        wishes.class ?? 'original',
        object.sha256,
        tier,
        ago(wishes.placedHours ?? wishes.idleHours ?? 0),
        ago(wishes.idleHours ?? 0),
        wishes.pinnedTier ?? null,
        wishes.neverMove ?? false,
      ],
    ),
  );
  return object;
}

/** Invariants of moving (docs/adr/0016-moving-objects.md), by their numbers. */
async function findViolations(world: MoverWorld, objects: readonly PutObject[]): Promise<string[]> {
  const found: string[] = [];
  for (const object of objects) {
    const tier = await world.tierOf(object);
    if (tier === undefined) continue;
    const file = world.fileOf(object, tier);
    if (!existsSync(file)) found.push(`I1: ${object.id} is not on ${tier}`);
    else if (sha256Of(readFileSync(file)) !== object.sha256) found.push(`I1: ${object.id} on ${tier} has other bytes`);
  }
  const active = await world.query<{ id: string; n: number }>(
    'SELECT object_id AS id, count(*)::int AS n FROM tier_move WHERE ended_at IS NULL GROUP BY 1 HAVING count(*) > 1',
  );
  for (const { id } of active) found.push(`I6: ${id} is in two moves`);
  const live = new Set(
    (await world.query<{ id: string }>('SELECT id FROM tier_move WHERE ended_at IS NULL')).map(({ id }) => id),
  );
  for (const { settings } of await world.tiers.lookAll())
    for (const name of filesBelow(settings.path)) {
      const part = /\.hf-([0-9a-f-]{36})\.part$/.exec(name)?.[1];
      if (part && !live.has(part)) found.push(`I4: ${name} belongs to no live move`);
    }
  return found;
}

/** Violations of what holds once nothing is in hand any more: every byte on tiers is some row's (I7). */
export async function garbage(world: MoverWorld, objects: readonly PutObject[]): Promise<string[]> {
  const known = new Set<string>();
  for (const object of objects) {
    const tier = await world.tierOf(object);
    if (tier) known.add(world.fileOf(object, tier));
  }
  const files = world.tiers.names.flatMap((name) => {
    const root = world.tiers.rootOf(name);
    return filesBelow(root).map((file) => join(root, file));
  });
  return files.filter((file) => !known.has(file));
}

function filesBelow(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('.') && statSync(join(root, name), { throwIfNoEntry: false })?.isFile(),
  );
}

export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
