import { Client } from 'pg';
import { expect, inject, test } from 'vitest';
import { askRedis } from '#supervisor';
import { createTestDatabase, createTestRedis } from '#testing';

test('every test database starts with the whole schema and shares nothing with the next', async () => {
  const [first, second] = [await createTestDatabase(), await createTestDatabase()];
  expect(first.name).not.toBe(second.name);
  const client = new Client(first.connectAs('hf_owner'));
  await client.connect();
  const { rows } = await client.query('SELECT extname FROM pg_extension ORDER BY 1');
  const { rows: tables } = await client.query(`SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'hf_owner'`);
  await client.end();
  expect(rows.map((row) => row.extname)).toEqual(expect.arrayContaining(['vector', 'pg_trgm', 'unaccent', 'citext']));
  expect(tables.length).toBeGreaterThan(10);
  await first.drop();
  await second.drop();
});

test('the product roles may neither create roles nor skip row-level security', async () => {
  const database = await createTestDatabase();
  const client = new Client(database.connectAs('hf_app'));
  await client.connect();
  const { rows } = await client.query(`SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'hf\\_%'`);
  await expect(client.query('CREATE ROLE intruder')).rejects.toThrow(/permission denied/);
  await client.end();
  expect(rows).toEqual(Array(3).fill({ rolsuper: false, rolbypassrls: false, rolcreaterole: false }));
});

test('the servers listen on no network', async () => {
  const { postgres, redis } = inject('servers');
  const client = new Client({ host: postgres.host, user: 'postgres', database: 'postgres' });
  await client.connect();
  const { rows } = await client.query('SHOW listen_addresses');
  await client.end();
  expect(rows[0].listen_addresses).toBe('');
  expect(await askRedis(redis.path, 'INFO', 'server')).toMatch(/^tcp_port:0\r?$/m);
});

test('test files get Redis databases of their own', async () => {
  const [first, second] = [await createTestRedis(), await createTestRedis()];
  expect(first.db).not.toBe(second.db);
});
