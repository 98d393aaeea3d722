import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { IngestService, ObjectSweeper, ObjectSweepModule } from '#media';
import { FileDisposal, ObjectStore } from '#storage';
import { asSuperuser } from '#supervisor';
import { seededRandom } from '../seeded-random.ts';
import type { RecordingWorld, Violation, Workload } from '../workload.ts';
import { type Accepted, judgeAssets } from './asset-judge.ts';
import { type DeviceHouse, openWorkingHouse } from './device-house.ts';
import { applianceOn } from './house-servers.ts';
import { endServers } from './killed-servers.ts';
import { prepareHouse } from './prepared-house.ts';

const rounds = 4;
/** Per round: objects that nothing names, and how many of them arrive again while they are swept. */
const [unnamed, arriving] = [10, 2];
const largest = 30_000;

/** Objects that a sweep has removed, and files that were disposed of: both must stay gone. */
type Removed = { removed: string[]; files: string[] };

/** Objects that nothing names are stored, grow old and are swept, while some of them arrive again; then their files go. */
async function sweepRounds(world: RecordingWorld, settings: readonly string[] = []): Promise<void> {
  const house = await openWorkingHouse(world, [ObjectSweepModule]);
  for (const setting of settings) await asOwner(world, `ALTER SYSTEM SET ${setting}`);
  await asOwner(world, 'SELECT pg_reload_conf()');
  const random = seededRandom(world.seed);
  const sweeper = house.services.get(ObjectSweeper, { strict: false });
  const store = house.services.get(ObjectStore, { strict: false });
  for (let round = 0; round < rounds; round += 1) {
    const files = Array.from({ length: unnamed }, () => random.bytes(1 + random.below(largest)));
    await house.as(() => Promise.all(files.map((bytes) => store.put(bytes))));
    await house.rows(`UPDATE stored_object o SET touched_at = now() - interval '9 days'
      WHERE NOT EXISTS (SELECT FROM asset a WHERE a.object_sha256 = o.sha256)`);
    const again = files.slice(0, arriving);
    await Promise.all([sweeper.sweep(), ...again.map((bytes) => arrive(house, bytes, world))]);
    await sweeper.sweep();
    world.acknowledge({ removed: files.slice(arriving).map(hashOf), files: [] } satisfies Removed);
    // As if their readers had had their time.
    const due = await asOwner<{ name: string }>(world, 'UPDATE file_disposal SET due_at = now() RETURNING name');
    await house.services.get(FileDisposal, { strict: false }).sweep();
    world.acknowledge({ removed: [], files: due.map(({ name }) => name) } satisfies Removed);
    for (let more = 0; more < 3; more += 1) await arrive(house, random.bytes(1 + random.below(largest)), world);
  }
  await house.close();
}

async function asOwner<Row>(world: RecordingWorld, statement: string): Promise<Row[]> {
  const { socketFolder, databaseName } = applianceOn(world);
  return asSuperuser(socketFolder, databaseName, async (client) => (await client.query(statement)).rows as Row[]);
}

/** Takes a file in as an upload does; whoever meets a sweep is told to send it again. */
async function arrive(house: DeviceHouse, bytes: Buffer, world: RecordingWorld): Promise<void> {
  const [store, ingest] = [
    house.services.get(ObjectStore, { strict: false }),
    house.services.get(IngestService, { strict: false }),
  ];
  const sha256 = hashOf(bytes);
  for (let attempt = 0; ; attempt += 1)
    try {
      const { assetId } = await house.as(async () =>
        ingest.accept({ bytes: await store.put(bytes), name: `${sha256.slice(0, 12)}.txt` }),
      );
      return world.acknowledge({ assetId, sha256 } satisfies Accepted);
    } catch (error) {
      if ((error as { code?: string }).code !== 'STORAGE_OBJECT_MISSING' || attempt === 5) throw error;
    }
}

async function findRevenants(house: DeviceHouse, told: readonly Removed[]): Promise<Violation[]> {
  const files = new Set(told.flatMap((fact) => fact.files));
  const back = house.objectFiles().filter((path) => files.has(basename(path)));
  const rows = await house.rows<{ sha256: string }>(`SELECT encode(sha256, 'hex') AS sha256 FROM stored_object`);
  const known = new Set(rows.map(({ sha256 }) => sha256));
  const rowsBack = told.flatMap(({ removed }) => removed).filter((sha256) => known.has(sha256));
  return [...rowsBack, ...back].map((subject) => ({ invariant: 'deletion-stays', subject }));
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Removing objects beside arrivals of the same bytes: what is named stays, what is gone stays gone, no row lacks its file. */
export const deletions: Workload = {
  name: 'deletions',
  devices: [512, 320],
  failpoints: { 'sweep.before-commit': 20, 'sweep.after-commit': 20 },
  prepare: prepareHouse,
  endServers,
  record: sweepRounds,
  check: (world, facts) => {
    const told = facts as readonly (Accepted | Removed)[];
    const accepted = told.filter((fact) => 'assetId' in fact);
    const removed = told.filter((fact) => 'removed' in fact);
    return judgeAssets(world, accepted, (house) => findRevenants(house, removed));
  },
};

/** Control: commits are answered before they are durable, and files go after them. */
export const deletionsTooEarly: Workload = {
  ...deletions,
  name: 'deletions-too-early',
  leavesOut: 'waiting for commits',
  record: (world) => sweepRounds(world, [`synchronous_commit = 'off'`, `wal_writer_delay = '10s'`]),
};
