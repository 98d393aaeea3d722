import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DatabaseModule, SystemDatabase, TenantDatabase } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { type Appliance, firstTier } from '#manifest';
import { ObjectStore, StorageModule } from '#storage';
import { addOrganisation, createTestAppliance } from '#testing';

/** The object store of two organisations, on a database, keystore and folder of its own. */
export interface StorageWorld {
  appliance: Appliance;
  app: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
  store: ObjectStore;
  museum: TenantContext;
  archive: TenantContext;
  /** Folder of the first tier. */
  root: string;
  rows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** Paths of all files below a folder of the first tier. */
  files(folder?: string): string[];
  close(): Promise<void>;
}

export async function makeStorageWorld(
  change: (appliance: Appliance) => void = () => {},
  rooms: (Type | DynamicModule)[] = [],
) {
  const { appliance, remove } = await createTestAppliance();
  change(appliance);
  @Module({ imports: [DatabaseModule.of(appliance), StorageModule, ...rooms] })
  class TestStorage {}
  const app = await NestFactory.createApplicationContext(TestStorage, { logger: ['error'], abortOnError: false });
  const museum = await addOrganisation(app.get(SystemDatabase), 'Museum');
  const archive = await addOrganisation(app.get(SystemDatabase), 'Archive');
  const root = firstTier(appliance).path;
  const world: StorageWorld = {
    ...{ appliance, app, museum, archive, root },
    store: app.get(ObjectStore),
    rows: (text, parameters) => runAs(museum, () => app.get(TenantDatabase).run((sql) => sql.rows(text, parameters))),
    files: (folder = '') =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    close: async () => {
      await app.close();
      await remove();
    },
  };
  return world;
}
