import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { analyseImage, openImagePool } from '#media';
import { compare, type Row } from './harness.ts';
import { benchSettings, photographs } from './parsers/bench-media.ts';

const ROUND = 24;

/** The product: everything that one decode gives, sandboxed, in two children. Pictures per second of one core. */
async function measureOurs(pool: ReturnType<typeof openImagePool>, files: string[]): Promise<number> {
  const before = process.cpuUsage();
  let childrenMs = 0;
  await inParallel(files, async (file) => {
    const { cpuMs } = await analyseImage(pool, readFileSync(file), { mediaType: 'image/jpeg', settings: benchSettings });
    childrenMs += cpuMs;
  });
  return (files.length * 1000) / (childrenMs + spentSince(before));
}

/** The raw tool: sharp alone with the same two outputs from one decode, two at a time. Pictures per second of one core. */
async function measureRaw(files: string[]): Promise<number> {
  const before = process.cpuUsage();
  await inParallel(files, async (file) => {
    const large = await sharp(readFileSync(file))
      .autoOrient()
      .resize({ width: 1440, height: 1440, fit: 'inside', withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = large.info;
    const pixels = () => sharp(large.data, { raw: { width, height, channels } });
    await pixels().webp({ quality: 78, effort: 0 }).toBuffer();
    await pixels().resize({ width: 250, height: 250, fit: 'inside' }).webp({ quality: 78, effort: 0 }).toBuffer();
  });
  return (files.length * 1000) / spentSince(before);
}

/** Processor time is compared, not time on the clock: it stays the same when the machine is busy with other things. */
function spentSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function inParallel(files: string[], work: (file: string) => Promise<void>): Promise<void> {
  const waiting = files.values();
  await Promise.all(
    [1, 2].map(async () => {
      for (const file of waiting) await work(file);
    }),
  );
}

/** Renditions of photographs of 2 and 12 megapixels, and what that means per hour. */
export async function run(): Promise<Row[]> {
  sharp.concurrency(1);
  sharp.cache(false);
  const rows: Row[] = [];
  const pool = openImagePool(benchSettings);
  for (const [name, width, height] of [
    ['2 MP', 1920, 1080],
    ['12 MP', 4000, 3000],
  ] as const) {
    const folder = await photographs(width, height, 6);
    const files = Array.from({ length: ROUND }, (_, index) => join(folder, `${index % 6}.jpg`));
    const row = await compare({
      what: `renditions and analysis, ${name}`,
      unit: 'pictures/core s',
      goal: { atLeast: 0.9 },
      ours: () => measureOurs(pool, files),
      raw: () => measureRaw(files),
    });
    const perHour = (rate: number) => rate * 3600 * 2;
    const aim = {
      what: `the same in an hour on two cores, ${name}`,
      unit: 'pictures',
      ours: perHour(row.ours),
      raw: perHour(row.raw),
    };
    rows.push(row, { ...row, ...aim, goal: '50 000', reached: aim.ours >= 50_000 });
  }
  await pool.close();
  return rows;
}
