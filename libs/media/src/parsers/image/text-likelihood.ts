import type { Plane } from './pixels.ts';

/** Below this, recognising text is wasted time. Chosen so that no page, slide, sign or screenshot of our samples falls below. */
export const TEXT_LIKELIHOOD_FLOOR = 0.15;

const CELL = 16;
const STEP = 24;
const WIDEST_STROKE = 14;
const SCALES = 3;

/**
 * How much a picture's edges look like writing, 0 to 1, looked for at full, half and quarter size so that large letters count
 * too. A stroke is a step to one side followed within 14 pixels by a step back. A cell of 16 × 16 pixels looks written when
 * several rows cross strokes, ink and paper are two distinct tones, and the paper is flat: leaves, hair and waves have every
 * tone between. Letters stand beside each other, so only cells with written neighbours in their row count.
 */
export function textLikelihood(plane: Plane): number {
  let best = 0;
  let scaled = plane;
  for (let scale = 0; scale < SCALES && best < 1; scale++) {
    if (scale > 0) scaled = halve(scaled);
    // A quarter of the size has a sixteenth of the cells, and one word fills as many of them as before.
    best = Math.max(best, Math.min(1, writtenCells(scaled) / (scale === 0 ? 30 : 20)));
  }
  return best;
}

function writtenCells(plane: Plane): number {
  const columns = Math.floor(plane.width / CELL);
  const rows = Math.floor(plane.height / CELL);
  let counted = 0;
  for (let row = 0; row < rows; row++) {
    let run = 0;
    for (let column = 0; column <= columns; column++) {
      if (column < columns && looksWritten(plane, column * CELL, row * CELL)) run++;
      else {
        if (run >= 2) counted += run;
        run = 0;
      }
    }
  }
  return counted;
}

function looksWritten({ data, width }: Plane, left: number, top: number): boolean {
  let strokeRows = 0;
  let strokes = 0;
  for (let y = top; y < top + CELL; y++) {
    const crossed = strokesInRow(data, y * width + left, Math.min(CELL + 8, width - left));
    strokes += crossed;
    if (crossed > 0) strokeRows++;
  }
  return strokeRows >= 4 && strokes >= 8 && hasInkOnPaper(data, width, left, top);
}

function strokesInRow(data: Uint8Array, start: number, length: number): number {
  let strokes = 0;
  let direction = 0;
  let since = 0;
  for (let x = 2; x < length; x++) {
    const step = (data[start + x] as number) - (data[start + x - 2] as number);
    since++;
    if (Math.abs(step) < STEP) continue;
    const sign = step > 0 ? 1 : -1;
    if (direction !== 0 && sign !== direction && since <= WIDEST_STROKE) strokes++;
    direction = sign;
    since = 0;
  }
  return strokes;
}

const BINS = 32;

/** Otsu's criterion says that two tones explain the cell; the fullest bins say that one of them is flat. */
function hasInkOnPaper(data: Uint8Array, width: number, left: number, top: number): boolean {
  const histogram = new Uint16Array(BINS);
  let sum = 0;
  let squares = 0;
  for (let y = top; y < top + CELL; y++) {
    for (let at = y * width + left, end = at + CELL; at < end; at++) {
      const bin = (data[at] as number) >> 3;
      (histogram[bin] as number)++;
      sum += bin;
      squares += bin * bin;
    }
  }
  const count = CELL * CELL;
  const variance = squares / count - (sum / count) ** 2;
  return variance > 4 && flatShare(histogram, count) >= 0.45 && betweenVariance(histogram, sum, count) > 0.8 * variance;
}

function flatShare(histogram: Uint16Array, count: number): number {
  let fullest = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const around = (histogram[bin - 1] ?? 0) + (histogram[bin] as number) + (histogram[bin + 1] ?? 0);
    fullest = Math.max(fullest, around);
  }
  return fullest / count;
}

function betweenVariance(histogram: Uint16Array, sum: number, count: number): number {
  let best = 0;
  let below = 0;
  let sumBelow = 0;
  for (let bin = 0; bin < BINS - 1; bin++) {
    below += histogram[bin] as number;
    sumBelow += bin * (histogram[bin] as number);
    if (below === 0 || below === count) continue;
    const gap = sumBelow / below - (sum - sumBelow) / (count - below);
    best = Math.max(best, (below / count) * (1 - below / count) * gap * gap);
  }
  return best;
}

function halve({ data, width, height }: Plane): Plane {
  const half = { data: new Uint8Array((width >> 1) * (height >> 1)), width: width >> 1, height: height >> 1 };
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const at = 2 * y * width + 2 * x;
      const four =
        (data[at] as number) + (data[at + 1] as number) + (data[at + width] as number) + (data[at + width + 1] as number);
      half.data[y * half.width + x] = four >> 2;
    }
  }
  return half;
}
