import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCheckout } from '#manifest';
import { compare, type Row } from '../harness.ts';
import { freePort, startApi, startPinned } from './appliance-under-test.ts';

const execute = promisify(execFile);
const seconds = 2;
const ticksPerSecond = 100;

/** What a server answered within a while, and the processor time that it took for it. */
interface Answered {
  requests: number;
  processorSeconds: number;
}

function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** One client on the other core asks as fast as it is answered, on 32 connections; every answer must be a 200. */
async function ask(url: string, cookie: string, pid: number | undefined): Promise<Answered> {
  const before = processorSeconds(pid);
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
  const result = JSON.parse(stdout) as { non2xx: number; errors: number; requests: { total: number } };
  if (result.non2xx + result.errors > 0)
    throw new Error(`${url} answered ${result.non2xx} times other than 200, ${result.errors} times not at all.`);
  return { requests: result.requests.total, processorSeconds: processorSeconds(pid) - before };
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
    const ours = () => ask(url, api.cookie, api.process.pid);
    const raw = () => ask(`http://127.0.0.1:${port}/`, api.cookie, bare.pid);
    const perCore = ({ requests, processorSeconds: spent }: Answered) => requests / spent;
    const perSecond = ({ requests }: Answered) => requests / seconds;
    const rows = [
      await compare({
        what: 'authenticated cached read',
        unit: 'requests/core s',
        goal: { atLeast: 0.7 },
        ours: async () => perCore(await ours()),
        raw: async () => perCore(await raw()),
      }),
      await compare({
        what: 'the same by the clock, one process',
        unit: 'requests/s',
        goal: { atLeast: 0.7 },
        ours: async () => perSecond(await ours()),
        raw: async () => perSecond(await raw()),
      }),
    ];
    console.error(`api: ${Math.round(idle)} MB idle, ${Math.round(residentMegabytes(api.process.pid))} MB after the load`);
    return rows;
  } finally {
    bare.kill('SIGTERM');
    await api.stop();
  }
}

export { measure as run };
