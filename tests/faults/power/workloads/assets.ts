import { createHash } from 'node:crypto';
import { IngestService } from '#media';
import { ObjectStore } from '#storage';
import { seededRandom } from '../seeded-random.ts';
import type { RecordingWorld, Workload } from '../workload.ts';
import { type Accepted, judgeAssets } from './asset-judge.ts';
import { openWorkingHouse } from './device-house.ts';
import { endServers } from './killed-servers.ts';
import { delaySyncs } from './left-out-syncs.ts';
import { objects } from './objects.ts';
import { prepareHouse } from './prepared-house.ts';

const count = 60;
const largest = 60_000;
/** Share of files that are known already. */
const knownShare = 0.1;

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

const lanesOf = ({ seed }: RecordingWorld): number => seededRandom(`${seed} lanes`).pick([1, 4]);

/** Files become assets in the product's order: bytes durable, then rows, then the acknowledgement; all on one disk. */
export const assets: Workload = {
  name: 'assets',
  devices: [512],
  failpoints: { ...objects.failpoints, 'ingest.before-commit': 40, 'ingest.after-commit': 40 },
  prepare: prepareHouse,
  endServers,
  record: (world) => takeIn(world, lanesOf(world)),
  check: (world, facts) => judgeAssets(world, facts as readonly Accepted[]),
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
