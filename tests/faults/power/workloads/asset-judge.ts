import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isSealedObject, plainSize } from '#sealed-object';
import { ObjectStore } from '#storage';
import { seededRandom } from '../seeded-random.ts';
import type { CrashedWorld, Verdict, Violation } from '../workload.ts';
import { type DeviceHouse, openHouse } from './device-house.ts';
import { crashRecovery } from './killed-servers.ts';

/** Share of cuts after which the recovery is cut off, too. */
const secondCrashShare = 0.2;
const readySeconds = 30;

/** What was acknowledged for a file: the asset that came of it, and its bytes. */
export type Accepted = { assetId: string; sha256: string };

/** Judges an appliance on its devices: whether it is ready in time, what was accepted, and that rows and files agree. */
export async function judgeAssets(
  world: CrashedWorld,
  accepted: readonly Accepted[],
  judgeMore: (house: DeviceHouse) => Promise<Violation[]> = async () => [],
): Promise<Verdict> {
  const random = seededRandom(world.seed);
  if (random.next() < secondCrashShare) await crashRecovery(world, random.below(150));
  const startedMs = performance.now();
  const house = await openHouse(world, 'judge');
  const seconds = (performance.now() - startedMs) / 1000;
  try {
    const violations: Violation[] =
      seconds > readySeconds ? [{ invariant: 'ready-in-time', subject: 'PostgreSQL', detail: `${seconds} s` }] : [];
    violations.push(...(await findLost(house, accepted)), ...(await findHalves(house)), ...(await judgeMore(house)));
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
