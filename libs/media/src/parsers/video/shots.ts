import type { Pixels } from '../image/pixels.ts';

/** A stretch of frames, by index, `end` exclusive. */
export interface FrameRange {
  start: number;
  end: number;
}

const BINS = 4;
const GRID = 4;
const SMALLEST_CUT = 0.22;
// Every second pixel of every second row tells as much as all of them.
const STRIDE = 2;

/** The look of a frame: colour histogram and the mean colours of a 4 × 4 grid. */
interface Look {
  histogram: Float32Array;
  grid: Float32Array;
}

/**
 * Where the picture changes as a whole. Encoders put key frames at cuts, so key frames alone show them; the difference must
 * also stand out from the restlessness of the video (three times its median), or a hand-held camera would cut all the time.
 */
export function findShots(frames: Pixels[], mostShots: number): FrameRange[] {
  if (frames.length === 0) return [];
  const looks = frames.map(lookOf);
  const differences = looks.slice(1).map((look, index) => difference(looks[index] as Look, look));
  const threshold = Math.max(SMALLEST_CUT, Math.min(0.6, 3 * median(differences)));
  const cuts = differences
    .map((value, index) => ({ at: index + 1, value }))
    .filter(({ value }) => value > threshold)
    .sort((a, b) => b.value - a.value)
    .slice(0, mostShots - 1)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  return [0, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? frames.length }));
}

function lookOf({ data, width, height, channels }: Pixels): Look {
  const histogram = new Float32Array(BINS ** 3);
  const grid = new Float32Array(GRID * GRID * 3);
  const share = 1 / (Math.ceil(width / STRIDE) * Math.ceil(height / STRIDE));
  for (let y = 0; y < height; y += STRIDE) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 0; x < width; x += STRIDE) {
      const at = (y * width + x) * channels;
      const red = data[at] as number;
      const green = data[at + 1] as number;
      const blue = data[at + 2] as number;
      const bin = ((red >> 6) * BINS + (green >> 6)) * BINS + (blue >> 6);
      histogram[bin] = (histogram[bin] as number) + share;
      const cell = (row + Math.floor((x * GRID) / width)) * 3;
      grid[cell] = (grid[cell] as number) + red;
      grid[cell + 1] = (grid[cell + 1] as number) + green;
      grid[cell + 2] = (grid[cell + 2] as number) + blue;
    }
  }
  const scale = (GRID * GRID * share) / 255;
  return { histogram, grid: grid.map((sum) => sum * scale) };
}

/** 0 (the same) to 1: half by which colours there are, half by where they are. */
function difference(first: Look, second: Look): number {
  const total = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] as number)), 0);
  const colours = total(first.histogram, second.histogram) / 2;
  const places = Math.min(1, (2.5 * total(first.grid, second.grid)) / first.grid.length);
  return (colours + places) / 2;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** How well a small frame would stand for its surroundings: detailed, well exposed, colourful, and not black. */
export function frameScore({ data, width, height, channels }: Pixels): number {
  let sum = 0;
  let squares = 0;
  let detail = 0;
  let colour = 0;
  for (let y = 0; y < height; y += STRIDE) {
    for (let x = 0; x < width; x += STRIDE) {
      const at = (y * width + x) * channels;
      const red = data[at] as number;
      const green = data[at + 1] as number;
      const blue = data[at + 2] as number;
      sum += green;
      squares += green * green;
      colour += Math.max(red, green, blue) - Math.min(red, green, blue);
      if (x > 0) detail += Math.abs(green - (data[at - channels + 1] as number));
    }
  }
  const count = Math.ceil(width / STRIDE) * Math.ceil(height / STRIDE);
  const mean = sum / count / 255;
  const contrast = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) / 255;
  const exposure = 1 - Math.min(1, Math.abs(mean - 0.47) * 1.6);
  const score =
    0.35 * Math.min(1, detail / count / 16) +
    0.25 * exposure +
    0.2 * Math.min(1, contrast / 0.22) +
    0.2 * Math.min(1, colour / count / 80);
  return contrast < 0.02 || mean < 0.04 ? score * 0.1 : score;
}
