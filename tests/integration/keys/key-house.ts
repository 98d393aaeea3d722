import { SystemDatabase, TenantDatabase, TransactionPool } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { KeyCache, type KeyProvider, Keyring, ProviderReadiness } from '#keys';
import { addOrganisation, createTestDatabase, startTestKeystore, type TestDatabase } from '#testing';
import { WatchedProvider } from './watched-provider.ts';

/** A database with two organisations, a keystore, and as many keyrings as there are processes to be. */
export interface KeyHouse {
  database: TestDatabase;
  tenant: TenantDatabase;
  system: SystemDatabase;
  provider: WatchedProvider;
  museum: TenantContext;
  archive: TenantContext;
  keyring: Keyring;
  newKeyring(provider?: KeyProvider, cacheMs?: number): Keyring;
  /** Runs work for the museum. */
  inMuseum<Result>(work: () => Promise<Result>): Promise<Result>;
  rows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function makeKeyHouse(): Promise<KeyHouse> {
  const database = await createTestDatabase();
  const tenant = new TenantDatabase(new TransactionPool(database.connectAs('hf_app')));
  const system = new SystemDatabase(new TransactionPool(database.connectAs('hf_system')));
  const keystore = await startTestKeystore();
  const provider = new WatchedProvider(keystore.provider);
  const museum = await addOrganisation(system, 'Museum');
  const archive = await addOrganisation(system, 'Archive');
  const keyrings: Keyring[] = [];
  const newKeyring = (of: KeyProvider = provider, cacheMs = 900_000) => {
    const readiness = new ProviderReadiness(of, { now: () => new Date(), monotonicMs: freshTick() });
    const keyring = new Keyring({ provider: of, tenant, system, cache: new KeyCache(cacheMs), readiness });
    keyrings.push(keyring);
    return keyring;
  };
  return {
    database,
    tenant,
    system,
    provider,
    museum,
    archive,
    keyring: newKeyring(),
    newKeyring,
    inMuseum: (work) => runAs(museum, work),
    rows: (text, parameters) => runAs(museum, () => tenant.run((sql) => sql.rows(text, parameters))),
    close: async () => {
      for (const keyring of keyrings) keyring.forgetAll();
      await Promise.all([tenant.close(), system.close()]);
      await keystore.close();
      await database.drop();
    },
  };
}

/** Each reading of this clock is long after the last: the provider is asked anew every time. */
function freshTick(): () => number {
  let now = 0;
  return () => {
    now += 10_000;
    return now;
  };
}
