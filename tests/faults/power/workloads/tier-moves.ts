import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AuditModule } from '#audit';
import { newId } from '#kernel';
import type { Appliance } from '#manifest';
import { MoverModule, MoverService, TierSet } from '#storage';
import { objectPath } from '../../../../libs/storage/src/object-path.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import type { CrashedWorld, Fact, RecordingWorld, Verdict, Workload } from '../workload.ts';
import { type DeviceHouse, openHouse } from './device-house.ts';
import { applianceOn, type Place } from './house-servers.ts';
import { crashRecovery, endServers } from './killed-servers.ts';
import { leaveOut } from './left-out-syncs.ts';
import { prepareHouse } from './prepared-house.ts';
import { judgeGarbage, judgeParts, judgeRows, type Placed, rowsOf } from './tier-judge.ts';

const count = 40;
const [small, large, largeEvery] = [40_000, 9_000_000, 40];
const secondCrashShare = 0.2;
const rooms = [AuditModule, MoverModule];

/** Two tiers on disks of their own, moved between at any hour; an old copy goes as soon as it may. */
function tieredAppliance({ folders, scratch }: Place): Appliance {
  const appliance = applianceOn({ folders, scratch });
  const declared = appliance.tiers.slice(0, 2).map((tier, index) => ({
    ...tier,
    path: join(folders[index + 1] as string, 'objects'),
    ...{ minFreeBytes: 0, minFreeInodes: 0, lowPercent: 97, highPercent: 98, criticalPercent: 99 },
  }));
  const [from, to] = declared.map(({ name }) => name) as [string, string];
  const ages = [{ class: 'original' as const, from, to, idleHours: 24 }];
  const window = { from: '00:00', to: '00:00' };
  // What is seconds old is listed as well.
  const objects = { ...appliance.objects, orphanHours: -1 };
  return {
    ...appliance,
    objects,
    tiers: declared,
    mover: { ...appliance.mover, ages, window, promotion: null, graceMinutes: 0 },
  };
}

async function prepare(place: Place): Promise<void> {
  await prepareHouse(place);
  const appliance = tieredAppliance(place);
  for (const { path } of appliance.tiers) mkdirSync(path, { recursive: true });
  const house = await openHouse(place, 'work', rooms, appliance);
  await house.services.get(TierSet, { strict: false }).claim();
  const random = seededRandom('objects to move');
  for (let index = 0; index < count; index += 1) await putIdle(house, appliance, random, index % largeEvery === 0);
  await house.close();
}

/** An object that nobody has used for days, as storing it left it. */
async function putIdle(house: DeviceHouse, appliance: Appliance, random: SeededRandom, isLarge: boolean): Promise<void> {
  const bytes = random.bytes(isLarge ? large : 1 + random.below(small));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = newId();
  const [first] = appliance.tiers;
  const file = objectPath(first?.path ?? '', house.organisationId, id);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes, { mode: 0o440 });
  await house.rows(
    `INSERT INTO stored_object (organisation_id, sha256, size_bytes, id, format, file_bytes, file_sha256, key_id, key_version, wrapped_key,
       tier, placed_at, touched_at)
     VALUES ('${house.organisationId}', '\\x${sha256}', ${bytes.length}, '${id}', 'sealed', ${bytes.length}, '\\x${sha256}', '${id}', 1, '\\x00',
       '${first?.name}', now() - interval '9 days', now() - interval '9 days')`,
  );
}

/** Everything goes down for its age, comes back for people's wishes, and the old copies go in between. */
async function moveAround(world: RecordingWorld, tellsBefore = true): Promise<void> {
  const house = await openHouse(world, 'work', rooms, tieredAppliance(world));
  const mover = house.services.get(MoverService, { strict: false });
  const tell = async () => {
    for (const { id, tier, generation } of await rowsOf(house)) world.acknowledge({ id, tier, generation } satisfies Placed);
  };
  const [first] = tieredAppliance(world).tiers;
  await mover.recover();
  if (tellsBefore) await tell();
  await mover.runDue();
  await tell();
  await mover.removeSources();
  await house.rows(`UPDATE stored_object SET pinned_tier = '${first?.name}' WHERE get_byte(sha256, 0) < 128`);
  await mover.runDue();
  await tell();
  await mover.removeSources();
  await house.close();
}

async function check(world: CrashedWorld, facts: readonly Fact[]): Promise<Verdict> {
  const random = seededRandom(world.seed);
  if (random.next() < secondCrashShare) await crashRecovery(world, random.below(150));
  const appliance = tieredAppliance(world);
  const house = await openHouse(world, 'judge', rooms, appliance);
  try {
    const before = await judgeRows(house, appliance, facts as readonly Placed[]);
    const parts = await judgeParts(house, appliance);
    // What a worker does when it starts, twice: the second time there is nothing left to do.
    const mover = house.services.get(MoverService, { strict: false });
    await mover.recover();
    const again = await mover.recover();
    await mover.removeSources();
    const after = await judgeRows(house, appliance, facts as readonly Placed[]);
    const garbage = await judgeGarbage(house, appliance);
    const violations = [...before, ...parts, ...after, ...garbage];
    if (again.found > 0)
      violations.push({ invariant: 'recovery-repeats', subject: 'recovery', detail: `${again.found} moves were found again` });
    const [journal] = await house.rows<{ moves: number }>('SELECT count(*)::int AS moves FROM tier_move');
    return { violations, orphans: 0, moves: journal?.moves ?? 0 };
  } finally {
    await house.close();
  }
}

/** The mover between two tiers, each on a disk of its own and PostgreSQL on a third: down, back, and old copies removed at once. */
export const tierMoves: Workload = {
  name: 'tier-moves',
  devices: [512, 320, 320],
  // Small files go through the states together, so most instants come a few times only.
  failpoints: {
    ...{ 'move.planned': 2, 'move.copying': 2, 'move.written': 30, 'move.copied': 2, 'move.verified': 2, 'move.named': 2 },
    ...{ 'move.published': 2, 'move.before-commit': 2, 'move.committed': 2 },
    ...{ 'move.before-unlink': 30, 'move.source-unlinked': 2, 'move.source-deleted': 2 },
  },
  prepare,
  endServers,
  record: (world) => moveAround(world),
  check,
};

/** Control: the names of copies are never synced before the row is committed and the source goes. */
export const tierMovesWithoutFolderSync: Workload = {
  ...tierMoves,
  name: 'tier-moves-without-folder-sync',
  leavesOut: 'fsync of the folder of a copy',
  record: async (world) => {
    await leaveOut('sync');
    await moveAround(world, false);
  },
};
