import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SystemDatabase, TenantDatabase, TransactionPool } from '#database';
import { HoldfastError, newId, runAs, type TenantContext } from '#kernel';
import { addOrganisation, createTestDatabase, type TestDatabase } from '#testing';

let database: TestDatabase;
let tenant: TenantDatabase;
let system: SystemDatabase;
let owner: pg.Client;
let museum: TenantContext;
let archive: TenantContext;

beforeAll(async () => {
  database = await createTestDatabase();
  tenant = new TenantDatabase(new TransactionPool(database.connectAs('hf_app')));
  system = new SystemDatabase(new TransactionPool(database.connectAs('hf_system')));
  owner = new pg.Client(database.connectAs('hf_owner'));
  await owner.connect();
  museum = await addOrganisation(system, 'Museum');
  archive = await addOrganisation(system, 'Archive');
});

afterAll(async () => {
  await owner?.end();
  await Promise.all([tenant?.close(), system?.close()]);
  await database?.drop();
});

const addTag = (context: TenantContext, name: string, organisationId = context.organisationId) =>
  runAs(context, () =>
    tenant.run((sql) =>
      sql.run('INSERT INTO tag (organisation_id, id, name, normal_name) VALUES ($1, $2, $3, $3)', [
        organisationId,
        newId(),
        name,
      ]),
    ),
  );
const tagNames = (context: TenantContext) =>
  runAs(context, () => tenant.run((sql) => sql.rows<{ name: string }>('SELECT name FROM tag ORDER BY name'))).then((rows) =>
    rows.map((row) => row.name),
  );

test('every table that belongs to an organisation enforces row-level security, also on its owner', async () => {
  const { rows } = await owner.query(
    `SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS secured
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped)`,
  );
  expect(rows.length).toBeGreaterThan(15);
  // A session is looked up before its organisation is known; hf_app has no right to it at all.
  expect(rows.filter((row) => !row.secured).map((row) => row.relname)).toEqual(['session']);
});

test('the roles that serve requests own nothing, cannot bypass row-level security and cannot reach what they need not', async () => {
  const { rows } = await owner.query(
    `SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname IN ('hf_app', 'hf_system', 'hf_owner')`,
  );
  expect(rows).toHaveLength(3);
  for (const role of rows) expect([role.rolsuper, role.rolbypassrls, role.rolcreaterole]).toEqual([false, false, false]);
  const owned = await owner.query(`SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) IN ('hf_app', 'hf_system')`);
  expect(owned.rows).toEqual([]);
  for (const table of ['account', 'session', 'setup_link', 'sign_in_throttle'])
    expect((await owner.query(`SELECT has_table_privilege('hf_app', $1, 'SELECT') AS may`, [table])).rows[0].may).toBe(false);
  for (const table of ['asset', 'rendition', 'text_segment', 'embedding', 'tag'])
    expect((await owner.query(`SELECT has_table_privilege('hf_system', $1, 'SELECT') AS may`, [table])).rows[0].may).toBe(
      false,
    );
  for (const right of ['UPDATE', 'DELETE', 'TRUNCATE'])
    expect((await owner.query(`SELECT has_table_privilege('hf_app', 'audit_event', $1) AS may`, [right])).rows[0].may).toBe(
      false,
    );
});

test('an unset organisation is an error, not all rows', async () => {
  await addTag(museum, 'boat');
  const client = new pg.Client(database.connectAs('hf_app'));
  await client.connect();
  await expect(client.query('SELECT * FROM tag')).rejects.toThrow(/hf\.tenant|invalid input syntax for type uuid/);
  // The same connection after a transaction that had a tenant.
  await client.query(`BEGIN; SET LOCAL hf.tenant = '${museum.organisationId}'`);
  expect((await client.query('SELECT name FROM tag')).rowCount).toBeGreaterThan(0);
  await client.query('COMMIT');
  await expect(client.query('SELECT * FROM tag')).rejects.toThrow(/invalid input syntax for type uuid/);
  await client.end();
  await expect(tenant.run((sql) => sql.rows('SELECT * FROM tag'))).rejects.toMatchObject({ code: 'CONTEXT_MISSING' });
});

test('an organisation neither sees, changes nor writes into another', async () => {
  await addTag(museum, 'canal');
  await addTag(archive, 'letter');
  expect(await tagNames(archive)).toEqual(['letter']);
  const changed = await runAs(archive, () => tenant.run((sql) => sql.run(`UPDATE tag SET name = 'stolen'`)));
  expect(changed).toBe(1);
  expect(await tagNames(museum)).not.toContain('stolen');
  await expect(addTag(archive, 'planted', museum.organisationId)).rejects.toThrow(/row-level security/);
  const moved = runAs(archive, () =>
    tenant.run((sql) => sql.run('UPDATE tag SET organisation_id = $1', [museum.organisationId])),
  );
  await expect(moved).rejects.toThrow(/row-level security/);
});

test('a thousand interleaved requests on four connections never meet', async () => {
  const contexts = [museum, archive];
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => {
      const context = contexts[index % 2] as TenantContext;
      return runAs(context, () =>
        tenant.run((sql) =>
          sql.first<{ id: string; others: number }>(
            'SELECT current_organisation() AS id, (SELECT count(*)::int FROM tag WHERE organisation_id <> current_organisation()) AS others',
          ),
        ),
      ).then((row) => row?.id === context.organisationId && row.others === 0);
    }),
  );
  expect(answers.every(Boolean)).toBe(true);
});

test('work that fails leaves nothing behind, and what was to follow its commit does not happen', async () => {
  let followed = false;
  const failing = runAs(museum, () =>
    tenant.run(async (sql) => {
      await sql.run(`INSERT INTO tag (organisation_id, id, name, normal_name) VALUES ($1, $2, 'ghost', 'ghost')`, [
        museum.organisationId,
        newId(),
      ]);
      tenant.afterCommit(() => {
        followed = true;
      });
      throw new HoldfastError('TEST', { kind: 'bug', message: 'no' });
    }),
  );
  await expect(failing).rejects.toMatchObject({ code: 'TEST' });
  expect(await tagNames(museum)).not.toContain('ghost');
  expect(followed).toBe(false);
});
