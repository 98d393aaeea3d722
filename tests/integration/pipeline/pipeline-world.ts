import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule, SystemDatabase, TenantDatabase } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { KeysJobsModule } from '#keys';
import type { Appliance } from '#manifest';
import { IngestService, MediaJobsModule, MediaModule, PipelineJobsModule } from '#media';
import { JobRunner, OutboxRelay, QueueJobsModule, QueueModule } from '#queue';
import { SearchJobsModule } from '#search';
import { ObjectStore, StorageModule } from '#storage';
import { addOrganisation, createTestAppliance } from '#testing';

/** A worker of its own in this process, with one organisation. */
export interface World {
  app: Awaited<ReturnType<typeof NestFactory.createApplicationContext>>;
  appliance: Appliance;
  organisation: TenantContext;
  /** Runs work for the organisation. */
  as<Result>(work: () => Result): Result;
  /** Brings bytes in as an upload does; answers the asset's id. */
  add(bytes: Uint8Array, name: string): Promise<string>;
  /** Rows of a statement, as the organisation. */
  rows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** The ledger of an asset: state by step. */
  ledger(assetId: string): Promise<Record<string, string>>;
  /** Waits until nothing is due any more. */
  settle(): Promise<void>;
  startWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions {
  modules?: (Type | DynamicModule)[];
  providers?: Type[];
  change?: (appliance: Appliance) => void;
}

/** Makes a world with the real handlers; modules that are not named are not loaded. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const { appliance, remove } = await createTestAppliance();
  options.change?.(appliance);
  const rooms = [
    QueueModule,
    AuditModule,
    StorageModule,
    MediaModule,
    QueueJobsModule,
    KeysJobsModule,
    ...(options.modules ?? [PipelineJobsModule, MediaJobsModule, SearchJobsModule]),
  ];
  @Module({
    imports: [DatabaseModule.of(appliance), ...rooms],
    providers: options.providers ?? [],
  })
  class TestWorker {}
  const app = await NestFactory.createApplicationContext(TestWorker, { logger: ['error'], abortOnError: false });
  const organisation = await addOrganisation(app.get(SystemDatabase));
  const database = app.get(TenantDatabase);
  const as = <Result>(work: () => Result) => runAs(organisation, work);
  const rows = <Row extends Record<string, unknown>>(text: string, parameters?: unknown[]) =>
    as(() => database.run((sql) => sql.rows<Row>(text, parameters)));
  let isWorking = false;
  return {
    app,
    appliance,
    organisation,
    as,
    rows,
    add: (bytes, name) =>
      as(async () => {
        const stored = await app.get(ObjectStore).put(bytes);
        return (await app.get(IngestService).accept({ bytes: stored, name })).assetId;
      }),
    ledger: async (assetId) => {
      const found = await rows<{ step: string; state: string }>('SELECT step, state FROM ledger_step WHERE asset_id = $1', [
        assetId,
      ]);
      return Object.fromEntries(found.map((row) => [row.step, row.state]));
    },
    settle: () => until(async () => (await rows(`SELECT FROM outbox WHERE state <> 'dead' LIMIT 1`)).length === 0),
    startWorker: async () => {
      isWorking = true;
      await app.get(JobRunner).start(['media', 'inference', 'general']);
      app.get(OutboxRelay).start();
    },
    close: async () => {
      if (isWorking) await Promise.all([app.get(OutboxRelay).stop(), app.get(JobRunner).stop(2000)]);
      await app.close();
      await remove();
    },
  };
}

/** Waits until a condition holds. Throws after so many seconds. */
export async function until(condition: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It did not come true within ${seconds} s.`);
}
