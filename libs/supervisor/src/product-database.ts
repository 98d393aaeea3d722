import type { Client } from 'pg';
import { HoldfastError } from '#kernel';
import { postgresSuperuser, productRoles } from './postgres-files.ts';

/** Extensions the schema needs. Only a superuser may create `vector`. */
const extensions = ['vector', 'pg_trgm', 'unaccent', 'citext'] as const;

/**
 * Operators of word search that reveal nothing of the rows they see, neither by errors nor by messages. PostgreSQL does not say so of
 * them, and then answers them under row-level security without any index (docs/adr/0004-search-planner.md).
 */
const leakproofFunctions = ['ts_match_vq(tsvector, tsquery)', 'similarity_op(text, text)', 'textlike(text, text)'] as const;

/** Runs work on a connection as the server's superuser. */
export async function asSuperuser<Result>(
  socketFolder: string,
  database: string,
  work: (client: Client) => Promise<Result>,
  port = 5432,
): Promise<Result> {
  const { Client } = await import('pg');
  const client = new Client({ host: socketFolder, port, user: postgresSuperuser, database });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function ensureRoles(client: Client): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>('SELECT rolname FROM pg_roles');
  const existing = new Set(rows.map((row) => row.rolname));
  for (const role of productRoles)
    if (!existing.has(role))
      await client.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION`);
}

async function ensureExtensions(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions WHERE name = ANY($1) AND installed_version IS NULL',
    [extensions],
  );
  for (const { name } of rows) await client.query(`CREATE EXTENSION IF NOT EXISTS ${name}`);
  const { rows: missing } = await client.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT extname FROM pg_extension)',
    [extensions],
  );
  if (missing.length > 0)
    throw new HoldfastError('POSTGRES_EXTENSION_MISSING', {
      kind: 'unavailable',
      message: `PostgreSQL here has no extension ${missing.map((row) => row.name).join(', ')}.`,
      action: 'Run `./holdfast up`, which installs it.',
    });
}

/** Lets row-level security use the indexes of word search. A dump does not carry this, so it is repeated whenever the server starts. */
async function ensureLeakproof(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM unnest($1::text[]) AS name JOIN pg_proc ON pg_proc.oid = name::regprocedure WHERE NOT proleakproof',
    [leakproofFunctions],
  );
  for (const { name } of rows) await client.query(`ALTER FUNCTION ${name} LEAKPROOF`);
}

/** Creates what is missing of the roles, the database (owned by hf_owner, closed to the public) and its extensions. */
export async function ensureProductDatabase(socketFolder: string, database: string, port?: number): Promise<void> {
  const create = async (client: Client) => {
    await ensureRoles(client);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount) return;
    // A server of the machine's administrator may have been made with another encoding.
    await client.query(`CREATE DATABASE "${database}" OWNER hf_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`);
  };
  const fill = async (client: Client) => {
    await client.query(`REVOKE ALL ON DATABASE "${database}" FROM PUBLIC`);
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE "${database}" TO ${productRoles.join(', ')}`);
    await ensureExtensions(client);
    await ensureLeakproof(client);
  };
  await asSuperuser(socketFolder, 'postgres', create, port);
  await asSuperuser(socketFolder, database, fill, port);
}
