import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import sharp from 'sharp';
import { AuditModule } from '#audit';
import { DatabaseModule } from '#database';
import { MediaModule, PipelineJobsModule } from '#media';
import { JobRunner, OutboxRelay, QueueJobsModule, QueueModule } from '#queue';
import { StorageModule } from '#storage';
import { type House, makeHouse } from '../faults/pipeline-house.ts';
import { standInsExcept } from '../integration/pipeline/stand-ins.ts';
import type { Row } from './harness.ts';

const overheadAssets = 400;
const pictures = 160;
const cores = 2;

/** What a run took: on the clock, and of the processor (a busy machine shows only the second reliably). */
interface Spent {
  wallMs: number;
  cpuMs: number;
}

/** What the pipeline itself costs, and how many pictures an hour a worker makes searchable, both against what we aim at. */
export async function run(): Promise<Row[]> {
  return [...(await overhead()), ...(await throughput(1600, 1200)), ...(await throughput(4000, 3000))];
}

/** Milliseconds per step when the work of every job is nothing: outbox, relay, queue, ledger, commit. */
async function overhead(): Promise<Row[]> {
  const house = await makeHouse();
  for (let index = 0; index < overheadAssets; index++)
    await house.add(Buffer.from(`\xff\xd8\xff\xe0 ${index}`, 'latin1'), `${index}.jpg`);
  const worker = await startIdleWorker(house);
  const spent = await spend(house, process.pid, async () => {
    await worker.start();
    await house.settle(300);
  });
  await worker.stop();
  const [count] = await house.rows<{ steps: number }>('SELECT count(*)::int AS steps FROM ledger_step WHERE attempts > 0');
  await house.close();
  const steps = count?.steps ?? 1;
  const what = 'pipeline overhead per step';
  return [
    against(`${what} (raw: what we allow)`, spent.wallMs / steps, 5, 'ms', 'atMost'),
    against(`${what}, processor time (raw: what we allow)`, spent.cpuMs / steps, 5, 'ms', 'atMost'),
  ];
}

/** Time on the clock and of the processor: of the worker, PostgreSQL and Redis, and what parsers and models told the ledger of theirs. */
async function spend(house: House, worker: number, work: () => Promise<void>): Promise<Spent> {
  const servers = [house.postgres, house.redis].map(({ process: { child } }) => child.pid ?? 0);
  const used = async () => {
    const [told] = await house.rows<{ ms: number }>('SELECT coalesce(sum(cpu_ms), 0)::float8 AS ms FROM ledger_step');
    const living = servers.flatMap((pid) =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean),
    );
    const served = [...servers, ...living.map(Number)].reduce((sum, pid) => sum + processorMs(pid).withEnded, 0);
    const own = processorMs(worker).own + served;
    return own + (told?.ms ?? 0);
  };
  const before = await used();
  const started = performance.now();
  await work();
  return { wallMs: performance.now() - started, cpuMs: (await used()) - before };
}

/** Processor time of a process, without and with its children that have ended: proc(5), fields 14 to 17 in hundredths of a second. */
function processorMs(pid: number): { own: number; withEnded: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map((ticks) => Number(ticks) * 10);
  return { own: user + system, withEnded: user + system + endedUser + endedSystem };
}

/** A worker in this process whose handlers do nothing. */
async function startIdleWorker({ appliance }: House): Promise<{ start(): Promise<void>; stop(): Promise<void> }> {
  class IdleWorker {}
  const rooms = [QueueModule, AuditModule, StorageModule, MediaModule, QueueJobsModule, PipelineJobsModule];
  const providers: Type[] = standInsExcept();
  Module({ imports: [DatabaseModule.of(appliance), ...rooms], providers })(IdleWorker);
  const app = await NestFactory.createApplicationContext(IdleWorker, { logger: false, abortOnError: false });
  return {
    start: async () => {
      await app.get(JobRunner).start(['media', 'inference', 'general']);
      app.get(OutboxRelay).start();
    },
    stop: async () => {
      await Promise.all([app.get(OutboxRelay).stop(), app.get(JobRunner).stop(1000)]);
      await app.close();
    },
  };
}

/** Pictures an hour through the worker that ships: both sizes, vectors, words, near-duplicates, durable objects and database. */
async function throughput(width: number, height: number): Promise<Row[]> {
  const originals = await Promise.all(Array.from({ length: 8 }, (_, seed) => makePhotograph(seed, width, height)));
  const house = await makeHouse();
  await house.startWorker();
  // The parsers and the model are started by the first pictures; an hour does not notice, a minute would.
  for (let seed = 0; seed < 6; seed++) await house.add(variant(originals[seed], 'warm'), 'warm.jpg');
  await house.settle(120);
  const spent = await spend(house, house.worker?.pid ?? 0, async () => {
    for (let index = 0; index < pictures; index++)
      await house.add(variant(originals[index % 8], String(index)), `${index}.jpg`);
    await house.settle(1200);
  });
  await house.close();
  const what = `pictures of ${width}×${height} made searchable`;
  const perHour = (ms: number) => (pictures * 3_600_000) / ms;
  return [
    against(`${what} (raw: the aim)`, perHour(spent.wallMs), 50_000, 'per hour', 'atLeast'),
    against(
      `${what}, by processor time of two cores (raw: the aim)`,
      perHour(spent.cpuMs / cores),
      50_000,
      'per hour',
      'atLeast',
    ),
  ];
}

/** What follows the picture makes each file an object of its own; its pixels cost the same. */
function variant(original: Buffer | undefined, mark: string): Buffer {
  return Buffer.concat([original ?? Buffer.alloc(0), Buffer.from(mark)]);
}

function against(what: string, ours: number, raw: number, unit: string, goal: 'atMost' | 'atLeast'): Row {
  const ratio = ours / raw;
  const reached = goal === 'atMost' ? ratio <= 1 : ratio >= 1;
  return { what, ours, raw, unit, ratio, spread: 0, goal: goal === 'atMost' ? '≤ 1' : '≥ 1', reached };
}

/** Coarse shapes under fine grain: compresses about as a photograph does. */
async function makePhotograph(seed: number, width: number, height: number): Promise<Buffer> {
  const shapes = Buffer.alloc(24 * 18 * 3);
  let state = seed * 2654435761 + 1;
  for (let index = 0; index < shapes.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    shapes[index] = state >>> 24;
  }
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 12 };
  const grain = await sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return sharp(shapes, { raw: { width: 24, height: 18, channels: 3 } })
    .resize(width, height, { kernel: 'cubic' })
    .composite([{ input: grain, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toBuffer();
}
