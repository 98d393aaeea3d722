import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditTrail } from '#audit';
import { SystemDatabase, TenantDatabase, TransactionPool } from '#database';
import { runAs, type TenantContext } from '#kernel';
import { addOrganisation, createTestDatabase, type TestDatabase } from '#testing';

let database: TestDatabase;
let tenant: TenantDatabase;
let system: SystemDatabase;
let audit: AuditTrail;
let context: TenantContext;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = new TenantDatabase(new TransactionPool(database.connectAs('hf_app')));
  system = new SystemDatabase(new TransactionPool(database.connectAs('hf_system')));
  audit = new AuditTrail(tenant, system);
  context = await addOrganisation(system);
});

afterAll(async () => {
  await tenant?.close();
  await system?.close();
  await database?.drop();
});

test('the log is newest first and its pages follow each other without a gap, also past the tenth event', async () => {
  await runAs(context, async () => {
    for (let number = 1; number <= 23; number += 1)
      await tenant.run((sql) => audit.record(sql, { action: 'test.done', target: { kind: 'test', id: String(number) } }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.list({ limit: 5, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((event) => event.target.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => String(23 - index)));
  });
});
