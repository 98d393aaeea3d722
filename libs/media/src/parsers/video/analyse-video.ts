import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import type { ParserPool } from '#sandbox';
import { analyseImage } from '../analyse-image.ts';
import type { RecordingSource } from '../ffmpeg.ts';
import type { HoverStrip, ImageAnalysis, Probe, Shot, TensorSpec, VideoAnalysis } from '../parser-results.ts';
import type { FramesAnswer, FramesRequest } from './frame-request.ts';
import { takeKeyFrames, takeSpacedFrames, type VideoFrames } from './video-frames.ts';

/** Version of the video analysis, for the ledger. */
export const VIDEO_VERSION = 1;

const MOST_SHOTS = 60;
// Fewer key frames than one in six seconds leave shots unseen, until there are enough of them anyway.
const WIDEST_GAP_SECONDS = 6;
const WANTED_FRAMES = 30;
const STRIP_TILES = 100;
const STRIP_COLUMNS = 10;

export interface VideoOptions extends RecordingSource {
  probe: Probe;
  /** The image parsers: every shot's frame is analysed like a picture. */
  pool: ParserPool;
  /** An existing folder for files; the hover strip stays there, everything else is removed. */
  scratchFolder: string;
  tensors?: readonly TensorSpec[];
  /** Most shots to tell apart; the weakest cuts are dropped first. Default 60. */
  mostShots?: number;
  /** Told the share that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

/**
 * Shots, poster and hover strip of a video, from its key frames in one ffmpeg process. Throws the file's error when no frame can
 * be decoded (MEDIA_VIDEO_NO_FRAMES) or a limit was passed.
 */
export async function analyseVideo(options: VideoOptions): Promise<VideoAnalysis> {
  const folder = await mkdtemp(join(options.scratchFolder, 'frames-'));
  try {
    const { frames, partial } = await takeFrames(options, folder);
    return await analyseTaken(options, frames, partial);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeFrames(options: VideoOptions, folder: string): Promise<{ frames: VideoFrames; partial: string[] }> {
  const { probe } = options;
  const first = await attempt(() => takeKeyFrames(options, probe, folder, progress(options, 0.5)));
  const enough = Math.min(WANTED_FRAMES, Math.max(1, probe.durationSeconds / WIDEST_GAP_SECONDS));
  if ('frames' in first && first.frames.frames.length >= enough) return { frames: first.frames, partial: [] };
  await emptyFolder(folder);
  const second = await attempt(() => takeSpacedFrames(options, probe, folder, progress(options, 0.5)));
  if ('frames' in second && second.frames.frames.length > 0) return { frames: second.frames, partial: [] };
  throw (
    ('error' in second && second.error) ||
    new HoldfastError('MEDIA_VIDEO_NO_FRAMES', {
      kind: 'unprocessable',
      message: 'No picture of the video could be decoded.',
      action: 'The original is kept. Check whether it plays elsewhere.',
    })
  );
}

/** A damaged file may fail one way of reading and survive the other; what is not the file's fault is thrown on. */
async function attempt(take: () => Promise<VideoFrames>): Promise<{ frames: VideoFrames } | { error: HoldfastError }> {
  try {
    return { frames: await take() };
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'MEDIA_RECORDING_UNREADABLE') return { error };
    throw error;
  }
}

async function emptyFolder(folder: string): Promise<void> {
  await Promise.all((await readdir(folder)).map((name) => rm(join(folder, name), { force: true })));
}

function progress({ onProgress, probe }: VideoOptions, weight: number): ((seconds: number) => void) | undefined {
  if (!onProgress || probe.durationSeconds <= 0) return undefined;
  return (seconds) => onProgress(weight * Math.min(1, seconds / probe.durationSeconds));
}

async function analyseTaken(options: VideoOptions, taken: VideoFrames, partial: string[]): Promise<VideoAnalysis> {
  const { pool, signal } = options;
  const { frames, width, height } = taken;
  const step = frames.length / Math.min(STRIP_TILES, frames.length);
  const stripFrames = Array.from({ length: Math.min(STRIP_TILES, frames.length) }, (_, tile) => Math.floor(tile * step));
  const request: FramesRequest = {
    width,
    height,
    count: frames.length,
    mostShots: options.mostShots ?? MOST_SHOTS,
    stripFrames,
    stripColumns: STRIP_COLUMNS,
  };
  const small = await readFile(taken.smallFile);
  const reply = await pool.run({ method: 'frames', params: request, buffers: [small], signal });
  const found = checkedShots(reply.value as FramesAnswer, frames.length);
  const hoverStrip = await keepStrip(options, taken, stripFrames, reply.buffers[0]);
  const posterShot = choosePoster(found, frames);
  const shots = await analyseShots(options, taken, found, posterShot);
  const { frame: poster, frameSeconds: posterSeconds } = shots[posterShot] as Shot;
  const cpuMs = taken.cpuMs + reply.cpuMs + shots.reduce((sum, { frame }) => sum + frame.cpuMs, 0);
  options.onProgress?.(1);
  return { shots, posterShot, posterSeconds, poster, hoverStrip, framesSeen: frames.length, partial, cpuMs };
}

/** The best frame of all shots; a longer shot is more of the video, but ten times as long is not ten times as good. */
function choosePoster(found: FramesAnswer['shots'], frames: VideoFrames['frames']): number {
  const worth = found.map(({ start, end, score }) => {
    const seconds = (frames[end - 1]?.seconds ?? 0) - (frames[start]?.seconds ?? 0);
    return score > 0.1 ? score + 0.05 * Math.log10(1 + Math.max(0, seconds)) : score;
  });
  return worth.indexOf(Math.max(...worth));
}

/** The answer comes from a process that a hostile file may have taken over: only ranges that make sense are used. */
function checkedShots(answer: FramesAnswer, count: number): FramesAnswer['shots'] {
  const inside = (value: unknown, from: number, to: number) =>
    Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  const shots = Array.isArray(answer?.shots) ? answer.shots.slice(0, MOST_SHOTS) : [];
  const sound = shots.filter(
    ({ start, end, best }) => inside(start, 0, count - 1) && inside(end, start + 1, count) && inside(best, start, end - 1),
  );
  return sound.length > 0 ? sound : [{ start: 0, end: count, best: 0, score: 0 }];
}

async function analyseShots(
  options: VideoOptions,
  taken: VideoFrames,
  found: FramesAnswer['shots'],
  posterShot: number,
): Promise<Shot[]> {
  const { frames } = taken;
  const end = Math.max(options.probe.durationSeconds, frames.at(-1)?.seconds ?? 0);
  let done = 0;
  return Promise.all(
    found.map(async ({ start, end: after, best }, index): Promise<Shot> => {
      const frame = await analyseFrame(options, taken, best, index === posterShot ? [250, 1440] : [250]);
      options.onProgress?.(0.5 + (0.5 * ++done) / (found.length + 1));
      return {
        index,
        startSeconds: index === 0 ? 0 : (frames[start]?.seconds ?? 0),
        endSeconds: frames[after]?.seconds ?? end,
        frameSeconds: frames[best]?.seconds ?? 0,
        frame,
      };
    }),
  );
}

async function analyseFrame(
  options: VideoOptions,
  { frames }: VideoFrames,
  index: number,
  edges: number[],
): Promise<ImageAnalysis> {
  const bytes = await readFile(frames[index]?.file ?? '');
  const { pool, settings, signal, tensors } = options;
  return analyseImage(pool, bytes, {
    mediaType: 'image/jpeg',
    settings,
    signal,
    edges,
    readMetadata: false,
    ...(tensors ? { tensors } : {}),
  });
}

async function keepStrip(
  options: VideoOptions,
  taken: VideoFrames,
  tiles: number[],
  bytes: Buffer | undefined,
): Promise<HoverStrip | null> {
  if (!bytes) return null;
  const file = join(options.scratchFolder, 'hover-strip.webp');
  await writeFile(file, bytes);
  const columns = Math.min(STRIP_COLUMNS, tiles.length);
  return {
    file,
    columns,
    rows: Math.ceil(tiles.length / columns),
    tileWidth: taken.width,
    tileHeight: taken.height,
    startSeconds: tiles.map((frame, index) => (index === 0 ? 0 : (taken.frames[frame]?.seconds ?? 0))),
  };
}
