import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { newId, runAs } from '#kernel';
import { firstTier, type Manifest } from '#manifest';
import { isSealedObject, plainSize, sealedChunkBytes, sealedTagBytes } from '#sealed-object';
import { asSuperuser } from '#supervisor';
import { type Answer, metadataOf, type Sending, send, sha256Of, tus, tusBody } from '../integration/ingest/api-world.ts';
import { type House, makeHouse } from './pipeline-house.ts';

/** A house whose API is a process of its own that may be killed, with somebody signed in. */
export interface IngestHouse {
  house: House;
  /** Starts the built API, armed with a failpoint where one is named. */
  startApi(failpoint?: string): Promise<void>;
  killApi(): Promise<void>;
  /** Resolves once the API has ended by itself. */
  apiEnded(): Promise<void>;
  send(method: string, path: string, sending?: Sending): Promise<Answer>;
  /** Begins an upload and sends all of it; the answer of the last request, or undefined where the connection broke. */
  upload(file: SentFile): Promise<Answer | undefined>;
  /** Goes on with an upload as a client does after a failure; the answer that says it is stored. */
  resume(file: SentFile): Promise<Answer>;
  /** What must hold whenever no process is in the middle of something. */
  expectSound(acknowledged: SentFile[]): Promise<string[]>;
  close(): Promise<void>;
}

/** A file on its way. */
export interface SentFile {
  name: string;
  bytes: Buffer;
  /** Where its upload is, once it began. */
  location?: string;
  /** The asset that the server said came of it. */
  assetId?: string;
}

export async function makeIngestHouse(change: (manifest: Manifest) => void = () => {}): Promise<IngestHouse> {
  const port = await freePort();
  const house = await makeHouse((manifest) => {
    manifest.ingest.minFreeBytes = 0;
    manifest.listen.port = port;
    change(manifest);
  });
  const cookie = `hf=${await openSession(house)}`;
  const world = { port, authority: `127.0.0.1:${port}` };
  let api: ChildProcess | undefined;
  const ask = (method: string, path: string, sending?: Sending) => send(world, { cookie }, method, path, sending);
  const ended = () =>
    new Promise<void>((resolve) => {
      if (!api || api.exitCode !== null || api.signalCode !== null) resolve();
      else api.once('exit', () => resolve());
    });
  const ingest: IngestHouse = {
    house,
    startApi: async (failpoint) => {
      api = await spawnApi(house, failpoint);
    },
    killApi: async () => {
      api?.kill('SIGKILL');
      await ended();
    },
    apiEnded: ended,
    send: ask,
    upload: (file) => upload(ask, file).catch(() => undefined),
    resume: (file) => resume(ask, file),
    expectSound: (acknowledged) => findFaults(house, acknowledged),
    close: async () => {
      await ingest.killApi();
      await house.close();
    },
  };
  return ingest;
}

type Ask = IngestHouse['send'];

/** Small files come with the request that begins them, others in pieces of a megabyte. */
async function upload(ask: Ask, file: SentFile): Promise<Answer> {
  const { bytes, name } = file;
  const headers = { 'upload-length': String(bytes.length), 'upload-metadata': metadataOf({ filename: name }) };
  const isSmall = bytes.length <= 4_194_304;
  const created = await ask('POST', '/uploads', {
    headers: { ...headers, ...(isSmall ? { ...tusBody, 'content-length': String(bytes.length) } : tus) },
    body: isSmall ? [bytes] : [],
  });
  note(file, created);
  return isSmall ? created : sendRest(ask, file, 0);
}

async function sendRest(ask: Ask, file: SentFile, offset: number): Promise<Answer> {
  const pieces: Buffer[] = [];
  for (let at = offset; at < file.bytes.length; at += 1_048_576) pieces.push(file.bytes.subarray(at, at + 1_048_576));
  const headers = { ...tusBody, 'upload-offset': String(offset), 'content-length': String(file.bytes.length - offset) };
  const answer = await ask('PATCH', file.location ?? '', { headers, body: pieces });
  note(file, answer);
  return answer;
}

async function resume(ask: Ask, file: SentFile): Promise<Answer> {
  if (file.location === undefined) return upload(ask, file);
  const asked = await ask('HEAD', file.location, { headers: tus });
  note(file, asked);
  if (asked.status !== 200) throw new Error(`HEAD answered ${asked.status}`);
  const offset = Number(asked.headers['upload-offset']);
  return offset < file.bytes.length ? sendRest(ask, file, offset) : asked;
}

function note(file: SentFile, { headers }: Answer): void {
  if (headers.location) file.location = headers.location;
  if (headers['holdfast-asset-id']) file.assetId = String(headers['holdfast-asset-id']);
}

/** Every breach of what durability.md calls the invariants, in words; none is expected. */
async function findFaults({ rows, appliance, organisation, store }: House, acknowledged: SentFile[]): Promise<string[]> {
  const faults: string[] = [];
  const isSound = (sha256: string) => runAs(organisation, () => store.verify(sha256)).catch(() => false);
  for (const { name, bytes, assetId } of acknowledged) {
    const found = await rows<{ sha256: string }>(`SELECT encode(object_sha256, 'hex') AS sha256 FROM asset WHERE id = $1`, [
      assetId,
    ]);
    if (found[0]?.sha256 !== sha256Of(bytes)) faults.push(`${name} was acknowledged and is not there`);
  }
  const objects = await rows<{ id: string; sha256: string }>(`SELECT id, encode(sha256, 'hex') AS sha256 FROM stored_object`);
  for (const { sha256 } of objects) if (!(await isSound(sha256))) faults.push(`the row of ${sha256} has no sound object`);
  const named = new Set(objects.map(({ id }) => id));
  const folder = join(firstTier(appliance).path, organisation.organisationId);
  for (const entry of existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
    if (entry.isFile() && !named.has(entry.name) && !isWhole(join(entry.parentPath, entry.name)))
      faults.push(`object ${entry.name} has no row and is not whole`);
  const uploads = await rows<{ id: string; offset: number; complete: boolean }>(
    `SELECT id, offset_bytes::float8 AS offset, received_sha256 IS NOT NULL AS complete FROM upload WHERE state = 'receiving'`,
  );
  for (const { id, offset, complete } of uploads) {
    const path = join(appliance.paths.uploads, id);
    const wholeChunks = Math.floor(offset / sealedChunkBytes) * (sealedChunkBytes + sealedTagBytes);
    if (offset > 0 && !complete && (!existsSync(path) || statSync(path).size < wholeChunks))
      faults.push(`upload ${id} is confirmed to ${offset} and has fewer bytes`);
  }
  const halves = await rows(
    `SELECT a.id FROM asset a WHERE NOT EXISTS (SELECT FROM asset_origin o WHERE o.asset_id = a.id)
       OR NOT EXISTS (SELECT FROM ledger_step l WHERE l.asset_id = a.id)
       OR NOT EXISTS (SELECT FROM audit_event e WHERE e.target_id = a.id::text AND e.action = 'asset.added')`,
  );
  if (halves.length > 0) faults.push(`${halves.length} assets lack their name, ledger or audit row`);
  return faults;
}

/** As far as one can tell without its key, which nobody has any more. */
function isWhole(path: string): boolean {
  try {
    return isSealedObject(readFileSync(path)) && plainSize(statSync(path).size) >= 0;
  } catch {
    return false;
  }
}

async function openSession({ appliance, organisation }: House): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const account = newId();
  await asSuperuser(appliance.socketFolder, appliance.databaseName, async (client) => {
    await client.query(`INSERT INTO account (id, email, display_name, password_hash) VALUES ($1, 'a@example.org', 'A', '')`, [
      account,
    ]);
    await client.query(`INSERT INTO membership (organisation_id, account_id, role) VALUES ($1, $2, 'admin')`, [
      organisation.organisationId,
      account,
    ]);
    await client.query(
      `INSERT INTO session (id, token_hash, account_id, organisation_id, created_at, last_seen_at, expires_at)
       VALUES ($1, $2, $3, $4, now(), now(), now() + interval '8 hours')`,
      [newId(), createHash('sha256').update(token).digest(), account, organisation.organisationId],
    );
  });
  return token;
}

async function spawnApi({ appliance }: House, failpoint?: string): Promise<ChildProcess> {
  const api = spawn(process.execPath, [join(appliance.checkout, 'dist/apps/api/src/main.js')], {
    env: {
      PATH: process.env.PATH,
      HOLDFAST_LOG_LEVEL: process.env.HOLDFAST_LOG_LEVEL ?? 'fatal',
      HOLDFAST_HOME: appliance.home,
      HOLDFAST_MANIFEST: join(appliance.home, 'appliance.yaml'),
      ...(failpoint ? { HOLDFAST_FAILPOINT: failpoint } : {}),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    api.once('message', () => resolve());
    api.once('exit', (code) => reject(new Error(`The API ended with ${code} before it was ready.`)));
  });
  return api;
}

/** A port that nothing listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
