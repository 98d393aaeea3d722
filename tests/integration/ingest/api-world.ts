import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SystemDatabase, TenantDatabase } from '#database';
import { newId, permissions, runAs, type TenantContext } from '#kernel';
import type { Appliance } from '#manifest';
import { ApiClient, createTestAppliance, signInEachRole } from '#testing';
import { createApi } from '../../../apps/api/src/create-api.ts';

/** An API that listens on a real socket, with people of two organisations signed in. */
export interface ApiWorld {
  app: NestFastifyApplication;
  appliance: Appliance;
  port: number;
  admin: ApiClient;
  operator: ApiClient;
  viewer: ApiClient;
  /** The administrator of another organisation. */
  stranger: ApiClient;
  organisation: TenantContext;
  as<Result>(work: () => Result): Result;
  rows<Row extends Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function makeApiWorld(change: (appliance: Appliance) => void = () => {}): Promise<ApiWorld> {
  const { appliance, remove } = await createTestAppliance();
  appliance.ingest.minFreeBytes = 0;
  change(appliance);
  const app = await createApi(appliance);
  await app.listen(0, '127.0.0.1');
  const people = await signInEachRole(app);
  const stranger = await addStranger(app);
  const [row] = await app
    .get(SystemDatabase)
    .run((sql) => sql.rows<{ id: string }>(`SELECT id FROM organisation WHERE name = 'Museum'`));
  const organisation: TenantContext = {
    organisationId: row?.id ?? '',
    actor: { kind: 'command', id: 'test', label: 'test' },
    permissions: new Set(permissions),
    requestId: newId(),
  };
  const as = <Result>(work: () => Result) => runAs(organisation, work);
  return {
    app,
    appliance,
    port: (app.getHttpServer().address() as AddressInfo).port,
    ...people,
    stranger,
    organisation,
    as,
    rows: (text, parameters) => as(() => app.get(TenantDatabase).run((sql) => sql.rows(text, parameters))),
    close: async () => {
      await app.close();
      await remove();
    },
  };
}

async function addStranger(app: NestFastifyApplication): Promise<ApiClient> {
  const organisationId = newId();
  await app.get(SystemDatabase).run(async (sql) => {
    await sql.run('INSERT INTO organisation (id, name) VALUES ($1, $2)', [organisationId, 'Archive']);
    await sql.run(
      `WITH person AS (
         INSERT INTO account (id, email, display_name, password_hash)
         SELECT $2, 'stranger@example.org', 'Stranger', password_hash FROM account WHERE email = 'admin@example.org' RETURNING id
       )
       INSERT INTO membership (organisation_id, account_id, role) SELECT $1, id, 'admin' FROM person`,
      [organisationId, newId()],
    );
  });
  const client = new ApiClient(app);
  const answer = await client.post('/session', { email: 'stranger@example.org', password: 'a password of length' });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return client;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  problem: { code?: string; values?: Record<string, unknown> };
}

/** What `send` is told beside method and path. */
export interface Sending {
  headers?: Record<string, string>;
  /** Chunks are written one by one; a number among them is a pause in milliseconds; `'cut'` cuts the connection. */
  body?: (Buffer | number | 'cut')[];
}

/** One request over a real connection, as the given person. A cut connection answers status 0. */
export function send(
  world: { port: number; authority?: string },
  person: { cookie: string | undefined },
  method: string,
  path: string,
  { headers = {}, body = [] }: Sending = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port: world.port,
      host: '127.0.0.1',
      method,
      path: path.startsWith('/api/') ? path : `/api/v1${path}`,
      agent: false,
      headers: { host: world.authority ?? 'localhost:0', 'x-holdfast-request': '1', cookie: person.cookie ?? '', ...headers },
    });
    request.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      const isProblem = bytes.length > 0 && String(response.headers['content-type']).includes('problem');
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: bytes,
        problem: isProblem ? JSON.parse(bytes.toString()) : {},
      });
    });
    request.on('error', (error) => {
      if (body.includes('cut')) resolve({ status: 0, headers: {}, body: Buffer.alloc(0), problem: {} });
      else reject(error);
    });
    void writeBody(request, body);
  });
}

async function writeBody(request: ReturnType<typeof httpRequest>, body: (Buffer | number | 'cut')[]): Promise<void> {
  for (const part of body) {
    if (part === 'cut') return void request.destroy();
    if (typeof part === 'number') await new Promise((resolve) => setTimeout(resolve, part));
    else if (!request.write(part)) await drained(request);
  }
  request.end();
}

/** Resolves when a request takes bytes again, or never will. */
function drained(request: ReturnType<typeof httpRequest>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off('drain', done).off('close', done);
      resolve();
    };
    request.on('drain', done).on('close', done);
    if (request.destroyed) done();
  });
}

export const tus = { 'tus-resumable': '1.0.0' };
export const tusBody = { ...tus, 'content-type': 'application/offset+octet-stream' };
export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Upload-Metadata of a file. */
export function metadataOf(values: Record<string, string | Buffer>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value as string).toString('base64')}`)
    .join(',');
}

/** Begins an upload; answers its path. */
export async function begin(
  world: ApiWorld,
  person: ApiClient,
  sizeBytes: number,
  metadata: Record<string, string | Buffer> = { filename: 'file.bin' },
): Promise<string> {
  const headers = { ...tus, 'upload-length': String(sizeBytes), 'upload-metadata': metadataOf(metadata) };
  const answer = await send(world, person, 'POST', '/uploads', { headers });
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.body}`);
  return String(answer.headers.location);
}

/** Sends bytes from an offset. */
export function patch(
  world: ApiWorld,
  person: ApiClient,
  path: string,
  offset: number,
  body: (Buffer | number | 'cut')[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  return send(world, person, 'PATCH', path, { headers: { ...tusBody, 'upload-offset': String(offset), ...headers }, body });
}

/** A whole file in one request. */
export function upload(
  world: ApiWorld,
  person: ApiClient,
  bytes: Buffer,
  metadata: Record<string, string | Buffer> = { filename: 'file.bin' },
): Promise<Answer> {
  const headers = {
    ...tusBody,
    'upload-length': String(bytes.length),
    'content-length': String(bytes.length),
    'upload-metadata': metadataOf(metadata),
  };
  return send(world, person, 'POST', '/uploads', { headers, body: [bytes] });
}

/** Bytes that no other test has. */
export const newBytes = (length: number) => randomBytes(length);
