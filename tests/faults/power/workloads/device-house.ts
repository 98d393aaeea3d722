import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule, TenantDatabase } from '#database';
import { permissions, runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { MediaModule } from '#media';
import { QueueModule } from '#queue';
import { StorageModule } from '#storage';
import { applianceOn, type Place, type Purpose, startKeystore, startPostgres, startRedis } from './house-servers.ts';

type Services = Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;

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

/** Starts the appliance as processes that take things in have it. */
export async function openWorkingHouse(place: Place, more: (Type | DynamicModule)[] = []): Promise<DeviceHouse> {
  const appliance = applianceOn(place);
  const stopKeystore = await startKeystore(appliance);
  const [postgres, redis] = await Promise.all([
    startPostgres(appliance, place.scratch, 'work'),
    startRedis(appliance, place.scratch),
  ]);
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
  purpose: Purpose,
  rooms: (Type | DynamicModule)[] = [StorageModule],
  appliance = applianceOn(place),
): Promise<DeviceHouse> {
  const stopKeystore = await startKeystore(appliance);
  const postgres = await startPostgres(appliance, place.scratch, purpose);
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

/** Starts rooms of the product for an appliance. */
export function startServices(appliance: Appliance, rooms: (Type | DynamicModule)[]): Promise<Services> {
  // Called by hand: the recording child runs this file as it is, and Node knows no decorators.
  class Door {}
  Module({ imports: [DatabaseModule.of(appliance), ...rooms] })(Door);
  return NestFactory.createApplicationContext(Door, { logger: false, abortOnError: false });
}
