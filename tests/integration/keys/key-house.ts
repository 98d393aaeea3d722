import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { AuditTrail } from '#audit';
import { SystemDatabase, TenantDatabase, TransactionPool } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { type KeyGround, type Keyring, type KeyServices, makeKeyServices, ProviderReadiness, TableKeyHolder } from '#keys';
import { addOrganisation, createTestDatabase, startTestKeystore, type TestDatabase } from '#testing';
import { ScratchHolder } from './scratch-holder.ts';
import { WatchedProvider } from './watched-provider.ts';

const dayMs = 86_400_000;

/** A database with two organisations, a keystore, and a set of services for each process that a test wants to be. */
export interface KeyHouse {
  database: TestDatabase;
  tenant: TenantDatabase;
  system: SystemDatabase;
  provider: WatchedProvider;
  museum: TenantContext;
  archive: TenantContext;
  /** Holds data keys of the current organisation, as a higher library does. */
  holder: ScratchHolder;
  ledgerPath: string;
  /** The keystore's. */
  socketPath: string;
  services: KeyServices;
  keyring: Keyring;
  newServices(change?: Partial<KeyGround>): KeyServices;
  /** Services for which so many days have passed. */
  daysLater(days: number): KeyServices;
  /** Runs work for the museum. */
  inMuseum<Result>(work: () => Promise<Result>): Promise<Result>;
  rows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** Statements of somebody with all rights, such as a restore. */
  asOwner(text: string, parameters?: unknown[]): Promise<void>;
  /** Rows of all organisations. */
  systemRows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

async function asOwner(database: TestDatabase, text: string, parameters: unknown[] = []): Promise<void> {
  const client = new pg.Client(database.connectAs('hf_owner'));
  await client.connect();
  try {
    await client.query(text, parameters);
  } finally {
    await client.end();
  }
}

export async function makeKeyHouse(): Promise<KeyHouse> {
  const database = await createTestDatabase();
  const tenant = new TenantDatabase(new TransactionPool(database.connectAs('hf_app')));
  const system = new SystemDatabase(new TransactionPool(database.connectAs('hf_system')));
  const keystore = await startTestKeystore();
  const provider = new WatchedProvider(keystore.provider);
  const museum = await addOrganisation(system, 'Museum');
  const archive = await addOrganisation(system, 'Archive');
  await asOwner(database, ScratchHolder.table);
  const holder = new ScratchHolder(tenant);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-keys-'));
  const ledgerPath = join(folder, 'tombstones.jsonl');
  const made: KeyServices[] = [];
  const newServices = (change: Partial<KeyGround> = {}) => {
    const audit = new AuditTrail(tenant, system);
    // A clock on which each reading is long after the last: the provider is asked anew every time.
    const readiness = new ProviderReadiness(provider, { now: () => new Date(), monotonicMs: freshTick() });
    const ground = { provider, tenant, system, audit, readiness, ledgerPath, cacheMs: 900_000, backupWindowDays: 30 };
    const services = makeKeyServices({ ...ground, ...change });
    const tables = ['stored_object', 'upload', 'sealed_text'] as const;
    for (const each of [holder, ...tables.map((table) => new TableKeyHolder(tenant, table))]) services.holders.register(each);
    made.push(services);
    return services;
  };
  const services = newServices();
  return {
    database,
    tenant,
    system,
    provider,
    museum,
    archive,
    holder,
    ledgerPath,
    socketPath: keystore.socketPath,
    services,
    keyring: services.keyring,
    newServices,
    daysLater: (days) =>
      newServices({
        clock: { now: () => new Date(Date.now() + days * dayMs), monotonicMs: () => performance.now() },
      }),
    inMuseum: (work) => runAs(museum, work),
    rows: (text, parameters) => runAs(museum, () => tenant.run((sql) => sql.rows(text, parameters))),
    asOwner: (text, parameters) => asOwner(database, text, parameters),
    systemRows: (text, parameters) => system.run((sql) => sql.rows(text, parameters)),
    close: async () => {
      for (const { keyring } of made) keyring.forgetAll();
      await Promise.all([tenant.close(), system.close()]);
      await keystore.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

function freshTick(): () => number {
  let now = 0;
  return () => {
    now += 10_000;
    return now;
  };
}
