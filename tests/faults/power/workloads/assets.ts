import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { IngestService } from '#media';
import { isSealedObject, plainSize } from '#sealed-object';
import { ObjectStore } from '#storage';
import { seededRandom } from '../seeded-random.ts';
import type { CrashedWorld, Fact, RecordingWorld, Verdict, Violation, Workload } from '../workload.ts';
import { type DeviceHouse, openHouse, openWorkingHouse, prepareHouse } from './device-house.ts';
import { crashRecovery, endServers } from './killed-servers.ts';
import { delaySyncs } from './left-out-syncs.ts';
import { objects } from './objects.ts';

const count = 60;
const largest = 60_000;
/** Shares of files that are known already, and of cuts after which the recovery is cut off, too. */
const knownShare = 0.1;
const secondCrashShare = 0.2;
const readySeconds = 30;

type Accepted = { assetId: string; sha256: string };

async function takeIn(world: RecordingWorld, lanes: number): Promise<void> {
  const house = await openWorkingHouse(world);
  const random = seededRandom(world.seed);
  const files: Buffer[] = [];
  for (let index = 0; index < count; index += 1)
    files.push(files.length > 0 && random.next() < knownShare ? random.pick(files) : random.bytes(1 + random.below(largest)));
  const [store, ingest] = [house.services.get(ObjectStore), house.services.get(IngestService)];
  const lane = async () => {
    for (let bytes = files.pop(); bytes; bytes = files.pop()) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const stored = await store.put(bytes);
      const { assetId } = await ingest.accept({ bytes: stored, name: `${sha256.slice(0, 12)}.txt` });
      world.acknowledge({ assetId, sha256 } satisfies Accepted);
    }
  };
  await house.as(() => Promise.all(Array.from({ length: lanes }, lane)));
  await house.close();
}

async function check(world: CrashedWorld, facts: readonly Fact[]): Promise<Verdict> {
  const random = seededRandom(world.seed);
  if (random.next() < secondCrashShare) await crashRecovery(world, random.below(150));
  const startedMs = performance.now();
  const house = await openHouse(world);
  const seconds = (performance.now() - startedMs) / 1000;
  try {
    const violations: Violation[] =
      seconds > readySeconds ? [{ invariant: 'ready-in-time', subject: 'PostgreSQL', detail: `${seconds} s` }] : [];
    violations.push(...(await findLost(house, facts as readonly Accepted[])), ...(await findHalves(house)));
    const { dangling, orphans, halves } = await compareRowsWithObjects(house);
    return { violations: [...violations, ...dangling, ...halves], orphans };
  } finally {
    await house.close();
  }
}

async function findLost(house: DeviceHouse, facts: readonly Accepted[]): Promise<Violation[]> {
  const rows = await house.rows<{ id: string; sha256: string }>(`SELECT id, encode(object_sha256, 'hex') AS sha256 FROM asset`);
  const known = new Map(rows.map(({ id, sha256 }) => [id, sha256]));
  return facts
    .filter(({ assetId, sha256 }) => known.get(assetId) !== sha256)
    .map(({ assetId, sha256 }) => ({
      invariant: 'acknowledged-is-there',
      subject: assetId,
      detail: `its bytes are ${sha256}`,
    }));
}

/** Assets without what is written in their transaction. */
async function findHalves(house: DeviceHouse): Promise<Violation[]> {
  const rows = await house.rows<{ id: string; audited: boolean; planned: boolean }>(
    `SELECT a.id,
       EXISTS (SELECT FROM audit_event e WHERE e.target_id = a.id::text AND e.action = 'asset.added') AS audited,
       EXISTS (SELECT FROM ledger_step l WHERE l.asset_id = a.id)
         AND EXISTS (SELECT FROM asset_origin o WHERE o.asset_id = a.id) AS planned
     FROM asset a`,
  );
  return rows.flatMap(({ id, audited, planned }): Violation[] => [
    ...(audited ? [] : [{ invariant: 'record-unbroken' as const, subject: id }]),
    ...(planned ? [] : [{ invariant: 'event-arrives' as const, subject: id }]),
  ]);
}

/** Rows without sound bytes; files without rows, which are harmless when they are whole. */
async function compareRowsWithObjects(house: DeviceHouse) {
  const store = house.services.get(ObjectStore);
  const isSound = (sha256: string) => house.as(() => store.verify(sha256)).catch(() => false);
  const rows = await house.rows<{ id: string; sha256: string }>(
    `SELECT id, encode(sha256, 'hex') AS sha256 FROM stored_object`,
  );
  const dangling: Violation[] = [];
  for (const { sha256 } of rows) if (!(await isSound(sha256))) dangling.push({ invariant: 'row-has-bytes', subject: sha256 });
  const named = new Set(rows.map(({ id }) => id));
  const nameless = house.objectFiles().filter((path) => !named.has(basename(path)));
  const halves = nameless.filter((path) => !isWhole(readFileSync(path)));
  return {
    dangling,
    orphans: nameless.length,
    halves: halves.map((path): Violation => ({ invariant: 'nothing-half', subject: basename(path) })),
  };
}

/** As far as one can tell without its key, which nobody has any more. */
function isWhole(file: Buffer): boolean {
  try {
    return isSealedObject(file) && plainSize(file.length) >= 0;
  } catch {
    return false;
  }
}

const lanesOf = ({ seed }: RecordingWorld): number => seededRandom(`${seed} lanes`).pick([1, 4]);

/** Files become assets in the product's order: bytes durable, then rows, then the acknowledgement; all on one disk. */
export const assets: Workload = {
  name: 'assets',
  devices: [512],
  failpoints: { ...objects.failpoints, 'ingest.before-commit': 40, 'ingest.after-commit': 40 },
  prepare: prepareHouse,
  endServers,
  record: (world) => takeIn(world, lanesOf(world)),
  check,
};

/** The same with PostgreSQL and objects on disks of their own: on one ext4, PostgreSQL's syncs would take the objects' names along. */
export const assetsOnTwoDisks: Workload = { ...assets, name: 'assets-on-two-disks', devices: [512, 320] };

/** Control: rows are committed while the bytes are still on their way. */
export const assetsNamedTooEarly: Workload = {
  ...assetsOnTwoDisks,
  name: 'assets-named-too-early',
  leavesOut: 'waiting for the bytes before the row is committed',
  record: async (world) => {
    await delaySyncs(400);
    await takeIn(world, 1);
  },
};
