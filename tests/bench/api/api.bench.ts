import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCheckout } from '#manifest';
import { compare, type Row } from '../harness.ts';
import { freePort, startApi, startPinned } from './appliance-under-test.ts';

const execute = promisify(execFile);
const seconds = 3;

/** Requests per second that one client on the other core gets answered, without pipelining as browsers do; every answer must be a 200. */
async function requestsPerSecond(url: string, cookie: string): Promise<number> {
  const autocannon = join(findCheckout(), 'node_modules/.bin/autocannon');
  const args = [
    '-c',
    '1',
    process.execPath,
    autocannon,
    '--json',
    '-c',
    '32',
    '-p',
    '4',
    '-d',
    String(seconds),
    '-H',
    `cookie=${cookie}`,
    url,
  ];
  const { stdout } = await execute('taskset', args, { maxBuffer: 10_000_000 });
  const result = JSON.parse(stdout) as { non2xx: number; errors: number; requests: { average: number } };
  if (result.non2xx + result.errors > 0)
    throw new Error(`${url} answered ${result.non2xx} times other than 200, ${result.errors} times not at all.`);
  return result.requests.average;
}

function residentMegabytes(pid: number | undefined): number {
  const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(pages) / 1024;
}

/** Authenticated cached reads against bare Fastify with the same payload; server on one core, client on the other. */
export async function measure(): Promise<Row[]> {
  const api = await startApi();
  const idle = residentMegabytes(api.process.pid);
  const port = await freePort();
  const url = `${api.address}/api/v1/session`;
  const payload = await (await fetch(url, { headers: { cookie: api.cookie } })).text();
  const bare = await startPinned(join(import.meta.dirname, 'bare-fastify.ts'), [payload, String(port)], {});
  try {
    const row = await compare({
      what: 'authenticated cached read, one process',
      unit: 'requests/s',
      goal: { atLeast: 0.7 },
      ours: () => requestsPerSecond(url, api.cookie),
      raw: () => requestsPerSecond(`http://127.0.0.1:${port}/`, api.cookie),
    });
    console.error(`api: ${Math.round(idle)} MB idle, ${Math.round(residentMegabytes(api.process.pid))} MB after the load`);
    return [row];
  } finally {
    bare.kill('SIGTERM');
    await api.stop();
  }
}

export { measure as run };
