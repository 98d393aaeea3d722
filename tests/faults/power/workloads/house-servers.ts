import { chownSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KeystoreService } from '#keystore';
import { type Appliance, firstTier, loadAppliance } from '#manifest';
import { chooseServerUser, type PrivatePostgres, startPrivatePostgres, startPrivateRedis } from '#supervisor';
import type { CrashedWorld } from '../workload.ts';

/** Mount points, and a folder that no fault reaches. */
export type Place = Pick<CrashedWorld, 'folders' | 'scratch'>;

/** PostgreSQL lies on the first device, objects on the last; sockets, logs and Redis where no power cut reaches. */
export function applianceOn({ folders, scratch }: Place): Appliance {
  const appliance = loadAppliance({ HOLDFAST_HOME: join(folders[0] as string, 'home') });
  firstTier(appliance).path = join(folders.at(-1) as string, 'objects');
  const socketFolder = join(scratch, 'run');
  mkdirSync(socketFolder, { recursive: true });
  return Object.assign(appliance, {
    socketFolder,
    redisSocket: join(socketFolder, 'redis.sock'),
    keystoreSocket: join(scratch, 'keys', 'keyd.sock'),
  });
}

/** Redis carries only, so its folder never lies on a device. */
export const redisFolderIn = (scratch: string): string => join(scratch, 'redis');

/** The keystore, where no power cut reaches: its own file is tested elsewhere. Answers how to stop it. */
export async function startKeystore({ keystoreSocket: socketPath }: Appliance): Promise<() => Promise<void>> {
  const folder = dirname(socketPath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const service = new KeystoreService({ folder, socketPath, seal: 'file' });
  await service.start();
  return () => service.stop();
}

/**
 * What a PostgreSQL on devices is started for. To `work` is to run as the product does. To `judge` is to look at what is left, after which no
 * power goes any more: that one is small and syncs nothing, but recovers all the same.
 */
export type Purpose = 'work' | 'judge';

const toJudge = { sharedBuffersMb: 24, maintenanceWorkMemMb: 24, maxConnections: 24, durable: false };

/** Starts the PostgreSQL of an appliance that lies on devices. */
export function startPostgres(appliance: Appliance, scratch: string, purpose: Purpose): Promise<PrivatePostgres> {
  return startPrivatePostgres({
    folder: appliance.paths.postgres,
    socketFolder: appliance.socketFolder,
    logFile: join(scratch, 'postgres.log'),
    settings: purpose === 'judge' ? toJudge : { ...appliance.postgres, durable: true },
    user: chooseServerUser(),
    home: appliance.home,
  });
}

/** Starts the Redis of an appliance that lies on devices. */
export function startRedis(appliance: Appliance, scratch: string) {
  const folder = redisFolderIn(scratch);
  const user = chooseServerUser();
  mkdirSync(folder, { recursive: true });
  if (user) chownSync(folder, user.uid, user.gid);
  return startPrivateRedis({
    folder,
    socketPath: appliance.redisSocket,
    logFile: join(scratch, 'redis.log'),
    maxMemoryMb: 64,
    durable: false,
    user,
    home: scratch,
  });
}
