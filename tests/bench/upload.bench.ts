import { createHash, randomBytes, randomFillSync } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  fsyncSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type RunningApi, startApi } from './api/appliance-under-test.ts';
import { compare, type Row } from './harness.ts';

const largeBytes = 268_435_456;
const smallBytes = 100_000;
const smallFiles = 240;
const lanes = 8;
const agent = new Agent({ keepAlive: true, maxSockets: lanes });

/** One tus request; answers the headers. */
async function send(
  api: RunningApi,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: { file: string } | Buffer,
): Promise<Record<string, string | string[] | undefined>> {
  const call = request(new URL(path, api.address), {
    method,
    agent,
    headers: { cookie: api.cookie, 'x-holdfast-request': '1', 'tus-resumable': '1.0.0', ...headers },
  });
  const answered = new Promise<Record<string, string | string[] | undefined>>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => {
      response.resume().on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(response.headers);
        else reject(new Error(`${method} ${path} answered ${response.statusCode}.`));
      });
    });
  });
  if (Buffer.isBuffer(body)) call.end(body);
  else if (body) await pipeline(createReadStream(body.file, { highWaterMark: 1_048_576 }), call);
  else call.end();
  return answered;
}

const bytesOf = (count: number) => ({ 'content-type': 'application/offset+octet-stream', 'content-length': String(count) });

/** MB/s of a large file in one PATCH, from creation to the answer that names the asset. */
async function uploadLarge(api: RunningApi, file: string): Promise<number> {
  const started = performance.now();
  const { location } = await send(api, 'POST', '/api/v1/uploads', { 'upload-length': String(largeBytes) });
  const headers = { ...bytesOf(largeBytes), 'upload-offset': '0' };
  const answer = await send(api, 'PATCH', String(location), headers, { file });
  if (!answer['holdfast-asset-id']) throw new Error('The upload became no asset.');
  return largeBytes / 1000 / (performance.now() - started);
}

/** MB/s of reading, hashing, writing and one fsync: the least that an upload can do. */
function copyHashed(file: string, target: string): number {
  const started = performance.now();
  const [from, to] = [openSync(file, 'r'), openSync(target, 'w')];
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(1_048_576);
  for (let count = readSync(from, buffer); count > 0; count = readSync(from, buffer)) {
    hash.update(buffer.subarray(0, count));
    writeSync(to, buffer, 0, count);
  }
  hash.digest();
  fsyncSync(to);
  closeSync(from);
  closeSync(to);
  return largeBytes / 1000 / (performance.now() - started);
}

async function inLanes(work: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let index = next++; index < smallFiles; index = next++) await work(index);
    }),
  );
  return smallFiles / ((performance.now() - started) / 1000);
}

function newSmallFiles(): Buffer[] {
  return Array.from({ length: smallFiles }, () => randomBytes(smallBytes));
}

/** Files/s of small files, each with the request that begins it, eight at a time. */
function uploadSmall(api: RunningApi, files: Buffer[]): Promise<number> {
  return inLanes(async (index) => {
    const headers = { ...bytesOf(smallBytes), 'upload-length': String(smallBytes) };
    await send(api, 'POST', '/api/v1/uploads', headers, files[index] as Buffer);
  });
}

/** Files/s of hash, write, fsync, rename and fsync of the folder, eight at a time: what any durable store of files does. */
async function storeSmall(folder: string, files: Buffer[]): Promise<number> {
  await mkdir(folder);
  return inLanes(async (index) => {
    const bytes = files[index] as Buffer;
    const name = createHash('sha256').update(bytes).digest('hex');
    const handle = await open(join(folder, `${name}.part`), 'w');
    await handle.write(bytes);
    await handle.datasync();
    await handle.close();
    await rename(join(folder, `${name}.part`), join(folder, name));
    const parent = await open(folder, 'r');
    await parent.sync();
    await parent.close();
  });
}

/**
 * A virtual machine gets much of its memory from its host only when it is first touched, which costs more than the copy into it. Both
 * sides write new files every round; this makes sure that the pages for them have been touched.
 */
function warmPageCache(folder: string): void {
  const path = join(folder, 'warm');
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(largeBytes, 1);
  for (let round = 0; round < 14; round++) writeSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
  rmSync(path);
}

/** Uploads against the least that must be done to the same bytes; API and client share both cores. */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-upload-'));
  const file = join(folder, 'large');
  writeFileSync(file, randomFillSync(Buffer.alloc(largeBytes)));
  warmPageCache(folder);
  const api = await startApi('0,1');
  let round = 0;
  try {
    const large = await compare({
      what: 'upload of 256 MiB',
      unit: 'MB/s',
      goal: { atLeast: 0.6 },
      raw: async () => copyHashed(file, join(folder, `copy-${round++}`)),
      ours: () => uploadLarge(api, file),
    });
    const small = await compare({
      what: 'uploads of 100 kB, 8 at a time, each an asset',
      unit: 'files/s',
      // Beside the bytes: a session, a transaction of ledger, jobs and audit, and the answer.
      goal: { atLeast: 0.15 },
      raw: () => storeSmall(join(folder, `store-${round++}`), newSmallFiles()),
      ours: () => uploadSmall(api, newSmallFiles()),
    });
    return [large, small];
  } finally {
    agent.destroy();
    await api.stop();
    rmSync(folder, { recursive: true });
  }
}
