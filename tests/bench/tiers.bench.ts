import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditModule } from '#audit';
import { DatabaseModule, SystemDatabase } from '#database';
import { systemClock } from '#kernel';
import type { Appliance } from '#manifest';
import { MoverModule, MoverService, TierSet } from '#storage';
import { type House, makeHouse } from '../faults/pipeline-house.ts';
import { compare, type Row } from './harness.ts';

const largeFileBytes = 536_870_912;
const smallFileBytes = 100_000;
const smallFiles = 400;

interface BenchMover {
  mover: MoverService;
  system: SystemDatabase;
  tiers: TierSet;
  close(): Promise<void>;
}

async function startMover(appliance: Appliance): Promise<BenchMover> {
  class Mover {}
  Module({ imports: [DatabaseModule.of(appliance), AuditModule, MoverModule] })(Mover);
  const services = await NestFactory.createApplicationContext(Mover, { logger: ['error'], abortOnError: false });
  const tiers = services.get(TierSet, { strict: false });
  await tiers.claim();
  const find = { strict: false };
  return {
    mover: services.get(MoverService, find),
    system: services.get(SystemDatabase, find),
    tiers,
    close: () => services.close(),
  };
}

/** Puts objects onto the first tier that are due to move to the second. */
async function put({ system, tiers }: BenchMover, house: House, count: number, bytes: Buffer): Promise<void> {
  const { organisationId } = house.organisation;
  const sha256 = createHash('sha256').update(bytes).digest();
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const id of ids) {
    const file = join(tiers.rootOf('hot'), organisationId, id.slice(-2), id.slice(-4, -2), id);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: 0o440 });
  }
  execFileSync('sync', ['--file-system', tiers.rootOf('hot')]);
  await system.run((sql) =>
    sql.run(
      `INSERT INTO stored_object (organisation_id, sha256, size_bytes, id, format, file_bytes, file_sha256, key_id, key_version, wrapped_key, touched_at, placed_at)
       SELECT $1, sha256(id::text::bytea), $3, id, 'sealed', $3, $4, id, 1, '\\x00', now() - interval '30 hours', now() - interval '30 hours'
       FROM unnest($2::uuid[]) AS id`,
      [organisationId, ids, bytes.length, sha256],
    ),
  );
}

/** Moves all that is due; answers seconds. Old copies go afterwards, unmeasured. */
async function move({ mover, system }: BenchMover, expected: number): Promise<number> {
  const started = performance.now();
  const done = await mover.runDue();
  const seconds = (performance.now() - started) / 1000;
  if (done?.tally.doneMoves !== expected) throw new Error(`${done?.tally.doneMoves} of ${expected} objects moved.`);
  const { now } = systemClock;
  systemClock.now = () => new Date(now().getTime() + 3_600_000);
  await mover.removeSources();
  systemClock.now = now;
  await system.run((sql) => sql.run('DELETE FROM stored_object'));
  return seconds;
}

/** `cp`, an fsync and a SHA-256 of the copy (of a large one read past the page cache, as the mover does it, by OpenSSL); one after the other. Answers seconds. */
function copyRaw(files: string[], folder: string): number {
  mkdirSync(folder);
  const started = performance.now();
  execFileSync('cp', [...files, folder]);
  const copies = files.map((file) => join(folder, String(file.split('/').at(-1))));
  execFileSync('sync', copies);
  if (copies.length === 1)
    execFileSync('sh', ['-c', 'dd if="$1" iflag=direct bs=1M status=none | openssl dgst -sha256', 'sh', copies[0] as string]);
  else execFileSync('sha256sum', copies);
  const seconds = (performance.now() - started) / 1000;
  rmSync(folder, { recursive: true });
  return seconds;
}

/** Moving between tiers against the tools that do as much for the same bytes: copy, make durable, read back and hash. */
export async function run(): Promise<Row[]> {
  const house = await makeHouse((manifest) => {
    for (const tier of manifest.tiers) Object.assign(tier, { minFreeBytes: 0, highPercent: 98, criticalPercent: 99 });
    manifest.mover.window = { from: '00:00', to: '00:00' };
    // Whoever else uses the disk would slow us down, on purpose.
    manifest.mover.minBytesPerSecond = 1e12;
  });
  const bench = await startMover(house.appliance);
  const folder = join(house.appliance.home, 'raw');
  mkdirSync(folder);
  const large = randomBytes(largeFileBytes);
  const small = randomBytes(smallFileBytes);
  const [largeFile, smallNames] = [
    join(folder, 'large'),
    Array.from({ length: smallFiles }, (_, index) => join(folder, `small-${index}`)),
  ];
  writeFileSync(largeFile, large);
  for (const name of smallNames) writeFileSync(name, small);
  let round = 0;
  try {
    return [
      await compare({
        what: 'moving an object of 512 MiB to another tier',
        unit: 'MB/s',
        goal: { atLeast: 0.85 },
        raw: async () => largeFileBytes / 1e6 / copyRaw([largeFile], join(folder, `copy-${round++}`)),
        ours: async () => {
          await put(bench, house, 1, large);
          return largeFileBytes / 1e6 / (await move(bench, 1));
        },
      }),
      await compare({
        what: 'moving objects of 100 kB, each journalled and durable by itself',
        unit: 'files/s',
        goal: { atLeast: 0.25 },
        raw: async () => smallFiles / copyRaw(smallNames, join(folder, `copy-${round++}`)),
        ours: async () => {
          await put(bench, house, smallFiles, small);
          return smallFiles / (await move(bench, smallFiles));
        },
      }),
    ];
  } finally {
    await bench.close();
    await house.close();
  }
}
