import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import {
  analyseDocument,
  analyseImage,
  analyseSound,
  analyseVideo,
  detectType,
  openDocumentPool,
  openImagePool,
  probeVideoOrAudio,
} from '../../../libs/media/src/parsers/index.ts';
import {
  ffmpeg,
  makeDocx,
  makeFolder,
  makePdf,
  makeScene,
  testSettings,
} from '../../../libs/media/src/parsers/testing/making-files.ts';
import { leftoversOf } from './leftovers.ts';

const SEED = 20_261_120;
const FILES = 300;

const settings = { ...testSettings, wallSeconds: 8, videoWallSeconds: 8 };
const imagePool = openImagePool(settings);
const documentPool = openDocumentPool(settings);
const folder = makeFolder();
afterAll(() => Promise.all([imagePool.close(), documentPool.close()]));

/** Mulberry32: the same numbers every time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A copy with a few bytes changed, a piece removed, repeated or overwritten, or extreme numbers put in, mostly near the front. */
function mutate(original: Buffer, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let change = next(6); change >= 0; change--) {
    const at = next(2) === 0 ? next(Math.min(bytes.length, 400)) : next(bytes.length);
    const length = 1 + next(64);
    const kind = next(6);
    if (kind <= 1) bytes[at] = next(256);
    else if (kind === 2) bytes.fill([0, 0xff, 0x7f, 0x80][next(4)] as number, at, Math.min(bytes.length, at + 1 + next(8)));
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 4) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    else bytes = bytes.subarray(0, Math.max(1, at));
  }
  return bytes;
}

async function makeSeeds(): Promise<Buffer[]> {
  const scene = await makeScene(120, 90);
  const pictures = await Promise.all(
    (['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif'] as const).map((format) =>
      scene
        .clone()
        .withExif({ IFD0: { Make: 'x' } })
        .toFormat(format)
        .toBuffer(),
    ),
  );
  const film = ['-f', 'lavfi', '-i', 'testsrc=s=96x64:r=5:d=2', '-f', 'lavfi', '-i', 'sine=d=2'];
  const recordings = [
    [...film, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', join(folder, 'a.mp4')],
    [...film, '-c:v', 'mpeg4', '-c:a', 'mp3', join(folder, 'a.mkv')],
    [...film, '-c:v', 'mjpeg', join(folder, 'a.avi')],
    [...film.slice(4), join(folder, 'a.mp3')],
    [...film.slice(4), join(folder, 'a.ogg')],
  ].map((args) => readFileSync(ffmpeg(...args)));
  return [...pictures, ...recordings, makePdf(['one', 'two']), makeDocx(['alpha', 'beta'])];
}

async function parse(bytes: Buffer, index: number): Promise<string> {
  const { kind, mediaType } = detectType(bytes.subarray(0, 65_536), bytes.subarray(-65_536));
  const file = join(folder, `mutant-${index}`);
  writeFileSync(file, bytes);
  const scratchFolder = makeFolder();
  const source = { file, mediaType, settings };
  if (kind === 'image') await analyseImage(imagePool, bytes, { mediaType, settings });
  else if (kind === 'document' || kind === 'text') await analyseDocument({ ...source, imagePool, documentPool, scratchFolder });
  else if (kind === 'video' || kind === 'audio') {
    const probe = await probeVideoOrAudio(source);
    if (probe.kind === 'video') await analyseVideo({ ...source, probe, pool: imagePool, scratchFolder });
    await analyseSound({ ...source, probe, scratchFolder });
  }
  return kind;
}

test(`${FILES} damaged files (seed ${SEED}): each is read or explained, and nothing stays behind`, {
  timeout: 600_000,
}, async () => {
  const seeds = await makeSeeds();
  const next = random(SEED);
  const mutants = Array.from({ length: FILES }, (_, index) => mutate(seeds[index % seeds.length] as Buffer, next));
  const tally: Record<string, number> = {};
  const count = (what: string) => {
    tally[what] = (tally[what] ?? 0) + 1;
  };
  const work = mutants.entries();
  const worker = async () => {
    for (const [index, bytes] of work) {
      try {
        count(`read as ${await parse(bytes, index)}`);
      } catch (error) {
        expect(error, `mutant ${index}`).toBeInstanceOf(HoldfastError);
        expect((error as HoldfastError).kind, `mutant ${index}: ${(error as HoldfastError).message}`).toBe('unprocessable');
        count((error as HoldfastError).code);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(tally);
  expect(Object.values(tally).reduce((sum, value) => sum + value)).toBe(FILES);
  expect((await analyseImage(imagePool, seeds[0] as Buffer, { mediaType: 'image/jpeg', settings })).width).toBe(120);
  await Promise.all([imagePool.close(), documentPool.close()]);
  expect(await leftoversOf(folder)).toEqual([]);
});
