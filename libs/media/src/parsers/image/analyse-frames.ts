import sharp from 'sharp';
import type { FramesAnswer, FramesRequest } from '../video/frame-request.ts';
import { findShots, frameScore } from '../video/shots.ts';
import type { Pixels } from './pixels.ts';

const STRIP_QUALITY = 60;

/** Finds the shots among the small frames of a video, the best frame of each, and puts the hover strip together. */
export async function analyseFrames(
  request: FramesRequest,
  bytes: Buffer,
): Promise<{ value: FramesAnswer; buffers: Buffer[] }> {
  const { width, height, count } = request;
  const size = width * height * 3;
  const frames = Array.from({ length: count }, (_, index): Pixels => {
    return { data: bytes.subarray(index * size, (index + 1) * size), width, height, channels: 3 };
  });
  const shots = findShots(frames, request.mostShots).map(({ start, end }) => ({
    start,
    end,
    ...bestOf(frames, start, end),
  }));
  const strip = request.stripFrames.length > 0 ? [await encodeStrip(frames, request)] : [];
  return { value: { shots }, buffers: strip };
}

function bestOf(frames: Pixels[], start: number, end: number): { best: number; score: number } {
  let best = start;
  let bestScore = -1;
  for (let index = start; index < end; index++) {
    const score = frameScore(frames[index] as Pixels);
    if (score > bestScore) {
      best = index;
      bestScore = score;
    }
  }
  return { best, score: bestScore };
}

async function encodeStrip(frames: Pixels[], request: FramesRequest): Promise<Buffer> {
  const { width, height, stripFrames, stripColumns } = request;
  const columns = Math.min(stripColumns, stripFrames.length);
  const rows = Math.ceil(stripFrames.length / columns);
  const stride = columns * width * 3;
  const strip = Buffer.alloc(stride * rows * height);
  stripFrames.forEach((frame, tile) => {
    const { data } = frames[frame] as Pixels;
    const origin = Math.floor(tile / columns) * height * stride + (tile % columns) * width * 3;
    for (let y = 0; y < height; y++) strip.set(data.subarray(y * width * 3, (y + 1) * width * 3), origin + y * stride);
  });
  const raw = { width: columns * width, height: rows * height, channels: 3 as const };
  return sharp(strip, { raw }).webp({ quality: STRIP_QUALITY, effort: 0 }).toBuffer();
}
