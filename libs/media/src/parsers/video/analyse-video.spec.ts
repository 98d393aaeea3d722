import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openImagePool } from '../analyse-image.ts';
import { ffmpeg, makeFolder, makeScene, testSettings as settings } from '../testing/making-files.ts';
import { analyseVideo } from './analyse-video.ts';
import { makeProxy } from './make-proxy.ts';
import { probeVideoOrAudio } from './probe-recording.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const pool = openImagePool(settings);
const folder = makeFolder();
const source = (file: string, mediaType = 'video/mp4') => ({ file, mediaType, settings });
afterAll(() => pool.close());

/** Four scenes of three seconds, the first of them nearly black. */
async function makeFilm(file: string, ...codec: string[]): Promise<string> {
  const inputs: string[] = [];
  for (const seed of [0, 2, 5, 9]) {
    const picture = join(folder, `scene-${seed}.png`);
    const scene =
      seed === 0
        ? sharp({ create: { width: 640, height: 360, channels: 3, background: '#050505' } })
        : await makeScene(640, 360, seed);
    await scene.png().toFile(picture);
    inputs.push('-loop', '1', '-t', '3', '-r', '25', '-i', picture);
  }
  const graph = '[0:v][1:v][2:v][3:v]concat=n=4:v=1,format=yuv420p[v]';
  return ffmpeg(
    ...inputs,
    '-f',
    'lavfi',
    '-t',
    '12',
    '-i',
    'sine',
    '-filter_complex',
    graph,
    '-map',
    '[v]',
    '-map',
    '4:a',
    ...codec,
    join(folder, file),
  );
}

let film: string;
beforeAll(async () => {
  film = await makeFilm('film.mp4', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac');
});

test('a film of four scenes has four shots, and the black one is not its poster', async () => {
  const scratchFolder = makeFolder();
  const probe = await probeVideoOrAudio(source(film));
  const told: number[] = [];
  const tensors = [{ id: 'clip', width: 32, height: 32, fit: 'cover', channels: 3 }] as const;
  const video = await analyseVideo({
    ...source(film),
    probe,
    pool,
    scratchFolder,
    tensors,
    onProgress: (share) => told.push(share),
  });
  expect(video.shots.map(({ startSeconds }) => startSeconds)).toEqual([0, 3, 6, 9]);
  expect(video.shots.at(-1)?.endSeconds).toBeCloseTo(12, 1);
  for (const { frame, frameSeconds, startSeconds, endSeconds } of video.shots) {
    expect(frame.tensors[0]?.bytes.length).toBe(32 * 32 * 3);
    expect(frameSeconds).toBeGreaterThanOrEqual(startSeconds);
    expect(frameSeconds).toBeLessThan(endSeconds);
  }
  expect(video.posterShot).toBeGreaterThan(0);
  expect(video.poster.renditions.map(({ width }) => width)).toEqual([250, 640]);
  expect(told.at(-1)).toBe(1);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  const strip = await sharp(video.hoverStrip?.file).metadata();
  expect(video.hoverStrip).toMatchObject({
    columns: 10,
    rows: 2,
    tileWidth: 160,
    tileHeight: 90,
    startSeconds: Array.from({ length: 12 }, (_, second) => second),
  });
  expect([strip.width, strip.height, strip.format]).toEqual([1600, 180, 'webp']);
  expect(readdirSync(scratchFolder)).toEqual(['hover-strip.webp']);
});

test('a film with a single key frame is looked at all the same', async () => {
  const file = await makeFilm(
    'long-gop.mp4',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '9999',
    '-sc_threshold',
    '0',
    '-an',
  );
  const probe = await probeVideoOrAudio(source(file));
  const video = await analyseVideo({ ...source(file), probe, pool, scratchFolder: makeFolder() });
  expect(video.shots).toHaveLength(4);
  expect(video.framesSeen).toBeGreaterThan(10);
});

test('a probe tells size, length, place and time', async () => {
  const tags = ['-metadata', 'creation_time=2024-05-01T10:00:00Z', '-metadata', 'location=+48.8577+002.2950+035/'];
  const file = ffmpeg('-i', film, '-c', 'copy', ...tags, '-metadata:s:v:0', 'rotate=90', join(folder, 'tagged.mp4'));
  const probe = await probeVideoOrAudio(source(file));
  expect(probe).toMatchObject({ kind: 'video', framesPerSecond: 25, browserPlayable: true, corrections: [] });
  expect(probe.durationSeconds).toBeCloseTo(12, 1);
  expect(probe.metadata.capturedAt?.utc).toBe('2024-05-01T10:00:00.000Z');
  expect(probe.metadata.place).toEqual({ latitude: 48.8577, longitude: 2.295, altitudeMetres: 35 });
  expect(probe.streams.map(({ kind, codec }) => `${kind} ${codec}`)).toEqual(['video h264', 'audio aac']);
});

test('a recording that does not say how long it lasts is measured', async () => {
  const piped = join(folder, 'live.webm');
  ffmpeg(
    '-i',
    film,
    '-t',
    '4',
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-c:a',
    'libopus',
    '-ar',
    '48000',
    '-live',
    '1',
    piped,
  );
  const probe = await probeVideoOrAudio(source(piped, 'video/webm'));
  expect(probe.durationSeconds).toBeCloseTo(4, 0);
  expect(probe.browserPlayable).toBe(true);
});

test('what a browser plays already is not encoded again', async () => {
  const probe = await probeVideoOrAudio(source(film));
  expect(await makeProxy({ ...source(film), probe, scratchFolder: makeFolder() })).toEqual({
    file: null,
    skipped: 'The original plays in every browser.',
  });
});

test('everything else becomes an MP4 that plays everywhere, turned upright', async () => {
  const file = ffmpeg('-i', film, '-t', '2', '-c:v', 'mpeg4', '-s', '1920x1080', '-c:a', 'mp3', join(folder, 'old.mkv'));
  const probe = await probeVideoOrAudio(source(file, 'video/matroska'));
  const proxy = await makeProxy({ ...source(file, 'video/matroska'), probe, scratchFolder: makeFolder() });
  expect(proxy).toMatchObject({ mediaType: 'video/mp4', width: 1280, height: 720 });
  if (!proxy.file) throw new Error('no proxy');
  expect(existsSync(proxy.file) && statSync(proxy.file).size).toBeGreaterThan(1000);
  expect(await probeVideoOrAudio(source(proxy.file))).toMatchObject({ browserPlayable: true, width: 1280, height: 720 });
});
