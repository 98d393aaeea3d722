import fs, { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedKeyProvider, KeystoreControl } from '#keys';
import { KeystoreService } from '#keystore';
import { seededRandom } from '../seeded-random.ts';
import type { CrashedWorld, Fact, RecordingWorld, Verdict, Violation, Workload } from '../workload.ts';

const name = 'hf-subject';
const bound = Buffer.from('bound');
const rounds = 80;

/** Something that this version has encrypted, a minimum version that was asked for, or one that was acknowledged as destroyed below. */
type KeystoreFact = { version?: number; ciphertext?: string; asked?: number; destroyedBelow?: number };

/** A keystore on the device; its socket is elsewhere, with a short path. */
async function serve(device: string) {
  const folder = join(device, 'keystore');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socketFolder = mkdtempSync(join(tmpdir(), 'hf-keyd-'));
  const socketPath = join(socketFolder, 'keyd.sock');
  const service = new KeystoreService({ folder, socketPath, seal: 'file' });
  await service.start();
  const provider = new EmbeddedKeyProvider(socketPath);
  const control = new KeystoreControl(socketPath);
  const stop = async () => {
    provider.close();
    control.close();
    await service.stop();
    rmSync(socketFolder, { recursive: true, force: true });
  };
  return { provider, control, stop };
}

async function work({ folders, seed, acknowledge }: RecordingWorld): Promise<void> {
  const { provider, control, stop } = await serve(folders[0] as string);
  const random = seededRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const version = await provider.rotate(name);
    const { ciphertext } = await provider.encrypt(name, Buffer.from(`by ${version}`), bound);
    acknowledge({ version, ciphertext } satisfies KeystoreFact);
    if (random.below(4) === 0) await control.reseal('file');
    if (random.below(6) === 0) await control.makeShares();
    if (random.below(5) > 0) continue;
    const destroyedBelow = Math.max(1, version - 3);
    acknowledge({ asked: destroyedBelow } satisfies KeystoreFact);
    await provider.setMinimumVersion(name, destroyedBelow);
    acknowledge({ destroyedBelow } satisfies KeystoreFact);
  }
  await stop();
}

async function judge(provider: EmbeddedKeyProvider, facts: readonly KeystoreFact[]): Promise<Violation[]> {
  const { state, reason } = await provider.health();
  if (state !== 'READY') return [{ invariant: 'is-readable', subject: 'keystore', detail: reason ?? state }];
  const asked = Math.max(1, ...facts.map((fact) => fact.asked ?? 1));
  const destroyedBelow = Math.max(1, ...facts.map((fact) => fact.destroyedBelow ?? 1));
  const violations: Violation[] = [];
  const { minimumVersion } = await provider.describe(name);
  if (minimumVersion < destroyedBelow)
    violations.push({ invariant: 'deletion-stays', subject: name, detail: `${minimumVersion} of ${destroyedBelow}` });
  for (const { version = 0, ciphertext = '' } of facts) {
    if (version < asked) continue;
    const opened = await provider.decrypt(name, ciphertext, bound).then(String, (error: Error) => error.message);
    if (opened !== `by ${version}`)
      violations.push({ invariant: 'acknowledged-is-there', subject: `version ${version}`, detail: opened });
  }
  return violations;
}

async function check({ folders }: CrashedWorld, facts: readonly Fact[]): Promise<Verdict> {
  const { provider, stop } = await serve(folders[0] as string);
  try {
    return { violations: await judge(provider, facts as readonly KeystoreFact[]), orphans: 0 };
  } finally {
    await stop();
  }
}

/** The embedded keystore: versions are added and destroyed, the master key is sealed anew, and each answer is held to. */
export const keystore: Workload = {
  name: 'keystore',
  devices: [320],
  prepare: async ({ folders }) => {
    const { provider, stop } = await serve(folders[0] as string);
    await provider.ensureKey(name);
    await stop();
  },
  record: work,
  check,
};

/** Control: nothing is ever synced. */
export const keystoreWithoutSync: Workload = {
  ...keystore,
  name: 'keystore-without-sync',
  leavesOut: 'fsync of the file and its folder',
  record: async (world) => {
    fs.fsyncSync = () => {};
    syncBuiltinESMExports();
    await work(world);
  },
};
