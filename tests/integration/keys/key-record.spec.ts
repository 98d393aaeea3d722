import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditTrail } from '#audit';
import { SystemDatabase, TenantDatabase, TransactionPool } from '#database';
import { EmbeddedKeyProvider, KeyRecord, KeyStateWatch, KeystoreControl } from '#keys';
import { createTestDatabase, type KeystoreHome, type KeystoreProcess, makeKeystoreHome, type TestDatabase } from '#testing';

let database: TestDatabase;
let system: SystemDatabase;
let tenant: TenantDatabase;
let house: KeystoreHome;
let keystore: KeystoreProcess;
let control: KeystoreControl;
let running: { stop(): Promise<void> }[] = [];
let isDatabaseAway = false;

beforeEach(async () => {
  house = makeKeystoreHome();
  keystore = await house.start();
  control = new KeystoreControl(house.socketPath, 'alice by command');
  database = await createTestDatabase();
  system = new SystemDatabase(new TransactionPool(database.connectAs('hf_system')));
  tenant = new TenantDatabase(new TransactionPool(database.connectAs('hf_app')));
  isDatabaseAway = false;
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
  await Promise.all([system.close(), tenant.close()]);
  await database.drop();
  control.close();
  await keystore.end();
  house.remove();
});

/** What a process of the appliance has: its own view of the provider and its own connection to the database, which may be away. */
async function startProcess(): Promise<KeyRecord> {
  const provider = new EmbeddedKeyProvider(house.socketPath);
  const watch = new KeyStateWatch({ provider, cacheMinutes: 15 });
  const reachable = {
    run: (work: Parameters<SystemDatabase['run']>[0]) =>
      isDatabaseAway ? Promise.reject(new Error('The database is away.')) : system.run(work),
  } as SystemDatabase;
  const record = new KeyRecord({ provider, watch, system: reachable, audit: new AuditTrail(tenant, system) });
  record.start();
  await watch.start();
  running.push({
    stop: async () => {
      watch.stop();
      await record.stop();
      provider.close();
    },
  });
  return record;
}

const written = () =>
  system.run((sql) =>
    sql.rows<{ action: string; label: string; request: string; detail: Record<string, unknown> }>(
      'SELECT action, actor_label AS label, request_id AS request, detail FROM audit_event ORDER BY id',
    ),
  );
const actions = async () => (await written()).map(({ action }) => action);
const untilWritten = (wanted: string[]) =>
  expect.poll(async () => (await actions()).sort(), { timeout: 20_000, interval: 200 }).toEqual([...wanted].sort());

test('a change that several processes see is written once, with who made it', async () => {
  await Promise.all([startProcess(), startProcess(), startProcess()]);
  await untilWritten(['keys.ready']);
  await control.seal();
  await untilWritten(['keys.ready', 'keystore.sealed', 'keys.sealed']);
  await control.unseal();
  await expect.poll(async () => (await actions()).length, { timeout: 20_000 }).toBe(5);
  // Long enough for each of the others to come with the same.
  await sleep(6000);
  const rows = await written();
  expect(rows).toHaveLength(5);
  const find = (action: string) => rows.filter((row) => row.action === action);
  const [act] = find('keystore.sealed');
  expect(act).toMatchObject({ label: 'alice by command', detail: { at: expect.any(String) } });
  expect(find('keys.sealed')).toMatchObject([
    {
      label: 'Key provider',
      request: act?.request,
      detail: {
        former: 'READY',
        reason: 'Somebody has sealed the keystore.',
        because: 'keystore.sealed',
        by: 'alice by command',
      },
    },
  ]);
  expect(find('keys.ready')[1]).toMatchObject({ detail: { former: 'SEALED', because: 'keystore.unsealed' } });
}, 60_000);

test('what happens while the database is away is written when it is back, in its order', async () => {
  const record = await startProcess();
  await untilWritten(['keys.ready']);
  isDatabaseAway = true;
  keystore.child.kill('SIGSTOP');
  await sleep(8000);
  keystore.child.kill('SIGCONT');
  await sleep(3000);
  await control.makeShares();
  await sleep(6000);
  expect(await actions()).toEqual(['keys.ready']);
  isDatabaseAway = false;
  await record.write();
  expect(await actions()).toEqual(['keys.ready', 'keystore.shares-made', 'keys.degraded', 'keys.ready']);
}, 60_000);

test('a process that starts later knows what was written before', async () => {
  await control.makeShares();
  const early = await startProcess();
  await early.write();
  await untilWritten(['keys.ready', 'keystore.shares-made']);
  const late = await startProcess();
  await late.write();
  expect(await actions()).toHaveLength(2);
}, 60_000);
