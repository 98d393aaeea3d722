import { createHash } from 'node:crypto';
import { seededRandom } from '../seeded-random.ts';
import type { CrashedWorld, Fact, RecordingWorld, Verdict, Violation, Workload } from '../workload.ts';
import { leaveOut } from './left-out-syncs.ts';
import { openObjects } from './object-folder.ts';

const count = 90;
const [small, large] = [60_000, 2_500_000];
/** One in so many objects is large, and goes through the writing thread and a sync of its own. */
const largeEvery = 30;

type Stored = { name: string; sha256: string };

async function store({ folders, scratch, seed, acknowledge }: RecordingWorld, lanes: number): Promise<void> {
  const objects = openObjects(folders[0] as string, scratch);
  const random = seededRandom(seed);
  const sources = Array.from({ length: count }, () =>
    random.bytes(random.below(largeEvery) === 0 ? large : 1 + random.below(small)),
  );
  const lane = async () => {
    for (let bytes = sources.pop(); bytes; bytes = sources.pop()) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const name = await objects.put(bytes.length > small ? inPieces(bytes) : bytes);
      acknowledge({ name, sha256 } satisfies Stored);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function check({ folders, scratch }: CrashedWorld, facts: readonly Fact[]): Promise<Verdict> {
  const objects = openObjects(folders[0] as string, scratch);
  await objects.removeLeftovers();
  const violations: Violation[] = [];
  const stored = facts as readonly Stored[];
  for (const { name, sha256 } of stored) {
    const found = await objects.hashOf(name).catch((error: Error) => error.message);
    if (found !== sha256) violations.push({ invariant: 'acknowledged-is-there', subject: name, detail: found });
  }
  const acknowledged = new Set(stored.map(({ name }) => name));
  const others = (await objects.names()).filter((name) => !acknowledged.has(name));
  for (const name of others) if (!(await objects.isSound(name))) violations.push({ invariant: 'nothing-half', subject: name });
  return { violations, orphans: others.length };
}

/** The object store alone: small and large objects, one after the other or many at a time. */
export const objects: Workload = {
  name: 'objects',
  devices: [320],
  // The folder that the appliance is given exists already.
  prepare: async ({ folders, scratch }) => {
    openObjects(folders[0] as string, scratch);
  },
  failpoints: { 'object.after-write': 60, 'object.after-fsync': 60, 'object.after-rename': 10 },
  record: (world) => store(world, seededRandom(`${world.seed} lanes`).pick([1, 8])),
  check,
};

/** Control: bytes are never synced before they get their name. */
export const objectsWithoutBytesSync: Workload = {
  ...objects,
  name: 'objects-without-bytes-sync',
  leavesOut: 'fdatasync of the bytes',
  record: async (world) => {
    await leaveOut('datasync');
    await store(world, 1);
  },
};

/** Control: names are never synced. Only the last acknowledged object can be missed: the next one's sync takes its name along. */
export const objectsWithoutFolderSync: Workload = {
  ...objects,
  name: 'objects-without-folder-sync',
  leavesOut: 'fsync of the folder',
  record: async (world) => {
    await leaveOut('sync');
    await store(world, 1);
  },
};
