import { type ChildProcess, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { accessSync, chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { freePort, type RunningApi, startApi } from './api/appliance-under-test.ts';
import { compare, median, percentile, type Row } from './harness.ts';

const videoBytes = 10 * 1024 ** 3;
const plainBytes = 1024 ** 3;
const rangeBytes = 65_536;
const seeks = 200;
const readBytes = 268_435_456;
const longestFirstByteMs = 20;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const piece = randomFillSync(Buffer.alloc(16_777_216));

interface Place {
  address: string;
  headers: Record<string, string>;
  sizeBytes: number;
}

/** Reads a range; answers when its first byte came and when it was there, in ms. */
function readRange({ address, headers }: Place, start: number, length: number): Promise<{ firstMs: number; allMs: number }> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const range = `bytes=${start}-${start + length - 1}`;
    get(address, { agent, headers: { ...headers, range } }, (response) => {
      if (response.statusCode !== 206) reject(new Error(`${address} answered ${response.statusCode}.`));
      let firstMs = 0;
      response.on('data', () => {
        firstMs ||= performance.now() - begun;
      });
      response.on('end', () => resolve({ firstMs, allMs: performance.now() - begun }));
    }).on('error', reject);
  });
}

/** First bytes of seeks to anywhere, in ms. */
async function seek(place: Place): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < seeks; count++) {
    const start = Math.floor(Math.random() * (place.sizeBytes - rangeBytes));
    times.push((await readRange(place, start, rangeBytes)).firstMs);
  }
  return times;
}

/** MB/s of a long read from somewhere. */
async function readLong(place: Place): Promise<number> {
  const start = Math.floor(Math.random() * (place.sizeBytes - readBytes));
  const { allMs } = await readRange(place, start, readBytes);
  return readBytes / 1000 / allMs;
}

function* pieces(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece.subarray(0, Math.min(piece.length, bytes - sent));
}

async function tus(api: RunningApi, method: string, path: string, headers: Record<string, string>, body?: Readable) {
  const call = request(new URL(path, api.address), {
    method,
    agent,
    headers: { cookie: api.cookie, 'x-holdfast-request': '1', 'tus-resumable': '1.0.0', ...headers },
  });
  const answered = new Promise<Record<string, string | string[] | undefined>>((resolve, reject) => {
    call.on('error', reject);
    call.on('response', (response) => response.resume().on('end', () => resolve(response.headers)));
  });
  if (body) await pipeline(body, call);
  else call.end();
  return answered;
}

/** A video of ten gibibytes, as far as the storage can tell. */
async function uploadVideo(api: RunningApi): Promise<Place> {
  const { location } = await tus(api, 'POST', '/api/v1/uploads', { 'upload-length': String(videoBytes) });
  const headers = {
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
    'content-length': String(videoBytes),
  };
  const answer = await tus(api, 'PATCH', String(location), headers, Readable.from(pieces(videoBytes)));
  const asset = answer['holdfast-asset-id'];
  if (!asset) throw new Error('The upload became no asset.');
  return { address: `${api.address}/api/v1/assets/${asset}/original`, headers: { cookie: api.cookie }, sizeBytes: videoBytes };
}

/** nginx with a plain file, on the same core as the API. */
async function startNginx(folder: string): Promise<{ place: Place; server: ChildProcess }> {
  const port = await freePort();
  const file = openSync(join(folder, 'plain'), 'w');
  for (const bytes of pieces(plainBytes)) writeSync(file, bytes);
  closeSync(file);
  const settings = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/log; events {}
    http { access_log off; sendfile on; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d;
    scgi_temp_path ${folder}/e; server { listen 127.0.0.1:${port}; root ${folder}; } }`;
  writeFileSync(join(folder, 'nginx.conf'), settings);
  const server = spawn('taskset', ['-c', '0', '/usr/sbin/nginx', '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const place = { address: `http://127.0.0.1:${port}/plain`, headers: {}, sizeBytes: plainBytes };
  for (let attempt = 0; attempt < 50; attempt++) {
    const isUp = await readRange(place, 0, 1).then(
      () => true,
      () => false,
    );
    if (isUp) return { place, server };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('nginx did not come up.');
}

/** Ranges of sealed objects against nginx serving a plain file: each server on one core, the client on the other. */
export async function run(): Promise<Row[]> {
  try {
    accessSync('/usr/sbin/nginx');
  } catch {
    console.error('skipped: nginx is not installed (apt install nginx-light)');
    return [];
  }
  const folder = mkdtempSync('/tmp/holdfast-ranges-');
  chmodSync(folder, 0o755);
  const api = await startApi('0');
  const { place: plain, server } = await startNginx(folder);
  try {
    const video = await uploadVideo(api);
    const [raw, ours] = [await seek(plain), await seek(video)];
    const [rawMs, oursMs] = [percentile(raw, 0.95), percentile(ours, 0.95)];
    console.error(`seeks: nginx p50 ${median(raw).toFixed(2)} ms, ours p50 ${median(ours).toFixed(2)} ms`);
    const first: Row = {
      what: 'first byte of a seek into 10 GiB, p95',
      ours: oursMs,
      raw: rawMs,
      unit: 'ms',
      ratio: oursMs / rawMs,
      spread: 0,
      goal: `≤ ${longestFirstByteMs} ms`,
      reached: oursMs <= longestFirstByteMs,
    };
    const long = await compare({
      what: 'range of 256 MiB',
      unit: 'MB/s',
      goal: { atLeast: 0.3 },
      raw: () => readLong(plain),
      ours: () => readLong(video),
    });
    return [first, long];
  } finally {
    agent.destroy();
    server.kill('SIGTERM');
    await api.stop();
    rmSync(folder, { recursive: true });
  }
}
