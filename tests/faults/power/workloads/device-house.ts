import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule, migrate, SystemDatabase, TenantDatabase } from '#database';
import { permissions, runAs, type TenantContext } from '#kernel';
import { KeystoreService } from '#keystore';
import { type Appliance, firstTier, loadAppliance } from '#manifest';
import { MediaModule } from '#media';
import { QueueModule } from '#queue';
import { StorageModule } from '#storage';
import {
  chooseServerUser,
  ensureProductDatabase,
  type PrivatePostgres,
  startPrivatePostgres,
  startPrivateRedis,
} from '#supervisor';
import { addOrganisation } from '../../../../libs/testing/src/organisations.ts';
import type { CrashedWorld } from '../workload.ts';

type Services = Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
/** Mount points, and a folder that no fault reaches. */
export type Place = Pick<CrashedWorld, 'folders' | 'scratch'>;

/** An appliance whose data lies on devices that may lose power. */
export interface DeviceHouse {
  services: Services;
  as<Result>(work: () => Result): Result;
  organisationId: string;
  rows<Row extends Record<string, unknown>>(text: string): Promise<Row[]>;
  /** Files that have the name of an object, whoever names them. */
  objectFiles(): string[];
  close(): Promise<void>;
}

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

/** Makes the database, and an organisation to work for. */
export async function prepareHouse(place: Place): Promise<void> {
  const appliance = applianceOn(place);
  for (const path of [appliance.home, firstTier(appliance).path]) mkdirSync(path, { recursive: true });
  const user = chooseServerUser();
  if (user) for (const path of [appliance.home, appliance.socketFolder]) chownSync(path, user.uid, user.gid);
  const postgres = await startPostgres(appliance, place.scratch);
  await ensureProductDatabase(appliance.socketFolder, appliance.databaseName);
  await migrate({ socketFolder: appliance.socketFolder, database: appliance.databaseName, user: 'hf_owner' });
  const services = await startServices(appliance, []);
  const organisation = await addOrganisation(services.get(SystemDatabase));
  writeFileSync(join(place.scratch, 'organisation.json'), JSON.stringify(organisation));
  await services.close();
  await postgres.stop();
}

/** Starts the appliance as processes that take things in have it. */
export async function openWorkingHouse(place: Place, more: (Type | DynamicModule)[] = []): Promise<DeviceHouse> {
  const appliance = applianceOn(place);
  const stopKeystore = await startKeystore(appliance);
  const [postgres, redis] = await Promise.all([startPostgres(appliance, place.scratch), startRedis(appliance, place.scratch)]);
  const services = await startServices(appliance, [QueueModule, AuditModule, StorageModule, MediaModule, ...more]);
  return houseOf(services, place, async () => {
    await postgres.stop();
    await redis.stop();
    await stopKeystore();
  });
}

/** Starts PostgreSQL on devices and what of the product works without Redis: `rooms`, for an appliance that lies on the devices. */
export async function openHouse(
  place: Place,
  rooms: (Type | DynamicModule)[] = [StorageModule],
  appliance = applianceOn(place),
): Promise<DeviceHouse> {
  const stopKeystore = await startKeystore(appliance);
  const postgres = await startPostgres(appliance, place.scratch);
  const stop = async () => {
    await postgres.stop();
    await stopKeystore();
  };
  try {
    return houseOf(await startServices(appliance, rooms), place, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function houseOf(services: Services, { scratch, folders }: Place, stop: () => Promise<void>): DeviceHouse {
  const known = JSON.parse(readFileSync(join(scratch, 'organisation.json'), 'utf8')) as TenantContext;
  const organisation = { ...known, permissions: new Set(permissions) };
  const as = <Result>(work: () => Result) => runAs(organisation, work);
  return {
    services,
    as,
    organisationId: organisation.organisationId,
    rows: (text) => as(() => services.get(TenantDatabase).run((sql) => sql.rows(text))),
    objectFiles: () => {
      const folder = join(folders.at(-1) as string, 'objects', organisation.organisationId);
      if (!existsSync(folder)) return [];
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    close: async () => {
      await services.close();
      await stop();
    },
  };
}

/** The keystore, where no power cut reaches: its own file is tested elsewhere. */
async function startKeystore({ keystoreSocket: socketPath }: Appliance): Promise<() => Promise<void>> {
  const folder = dirname(socketPath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const service = new KeystoreService({ folder, socketPath, seal: 'file' });
  await service.start();
  return () => service.stop();
}

function startServices(appliance: Appliance, rooms: (Type | DynamicModule)[]): Promise<Services> {
  // Called by hand: the recording child runs this file as it is, and Node knows no decorators.
  class Door {}
  Module({ imports: [DatabaseModule.of(appliance), ...rooms] })(Door);
  return NestFactory.createApplicationContext(Door, { logger: false, abortOnError: false });
}

/** Starts the PostgreSQL of an appliance that lies on devices. */
export function startPostgres(appliance: Appliance, scratch: string): Promise<PrivatePostgres> {
  return startPrivatePostgres({
    folder: appliance.paths.postgres,
    socketFolder: appliance.socketFolder,
    logFile: join(scratch, 'postgres.log'),
    settings: { ...appliance.postgres, durable: true },
    user: chooseServerUser(),
    home: appliance.home,
  });
}

function startRedis(appliance: Appliance, scratch: string) {
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
