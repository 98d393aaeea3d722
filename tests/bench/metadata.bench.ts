import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import exifr from 'exifr';
import sharp, { type Metadata } from 'sharp';
import { readMetadata } from '../../libs/media/src/parsers/image/read-metadata.ts';
import { compare, type Row } from './harness.ts';
import { photographs } from './parsers/bench-media.ts';

const ROUND = 600;
const everything = {
  ifd0: true as never,
  exif: true,
  gps: true,
  iptc: true,
  xmp: true,
  interop: false,
  mergeOutput: false,
  reviveValues: false,
  translateValues: false,
};

/** Metadata of photographs: our reading and sorting of all tags against exifr alone, and against batch exiftool where installed. */
export async function run(): Promise<Row[]> {
  const folder = await photographs(4000, 3000, 6);
  const files = Array.from({ length: 6 }, (_, index) => join(folder, `${index}.jpg`));
  const headers = await Promise.all(files.map((file) => sharp(file).metadata()));
  const rate = async (read: (index: number) => Promise<unknown>) => {
    const before = process.cpuUsage();
    for (let index = 0; index < ROUND; index++) await read(index % files.length);
    const { user, system } = process.cpuUsage(before);
    return (ROUND * 1e6) / (user + system);
  };
  const ours = () => rate((index) => readMetadata(readFileSync(files[index] as string), headers[index] as Metadata));
  const rows = [
    await compare({
      what: 'metadata of 12 MP photographs on disk, against exifr alone',
      unit: 'files/core s',
      goal: { atLeast: 0.9 },
      ours,
      raw: () => rate((index) => exifr.parse(readFileSync(files[index] as string), everything)),
    }),
  ];
  if (hasExiftool()) {
    rows.push(
      await compare({
        what: 'metadata of 12 MP photographs on disk, against batch exiftool',
        unit: 'files/core s',
        goal: { atLeast: 0.9 },
        ours,
        raw: async () => batchExiftool(files),
      }),
    );
  } else console.error('exiftool is not installed (libimage-exiftool-perl): that comparison is left out');
  return rows;
}

function hasExiftool(): boolean {
  try {
    execFileSync('exiftool', ['-ver'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One process for many files, as fast as exiftool goes. */
function batchExiftool(files: string[]): number {
  const many = Array.from({ length: 20 }, () => files).flat();
  const started = performance.now();
  execFileSync('exiftool', ['-j', '-n', '-q', ...many], { maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });
  return (many.length * 1000) / (performance.now() - started);
}
