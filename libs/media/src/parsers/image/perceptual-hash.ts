import { type Pixels, shrinkPixels } from './pixels.ts';

const SIZE = 32;
const KEPT = 8;

// cosines[u][x] of the DCT-II, lowest eight frequencies.
const cosines = Array.from({ length: KEPT }, (_, u) =>
  Float64Array.from({ length: SIZE }, (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * SIZE))),
);

/**
 * 64-bit perceptual hash as 16 hex digits: which of the 8 × 8 lowest DCT frequencies of the 32 × 32 luma lie above their median.
 * Near duplicates differ in at most about 10 bits.
 */
export function perceptualHash(small: Pixels): string {
  const tile = shrinkPixels(small, SIZE, SIZE);
  const luma = Float64Array.from({ length: SIZE * SIZE }, (_, index) => {
    const at = index * tile.channels;
    return 0.299 * (tile.data[at] as number) + 0.587 * (tile.data[at + 1] as number) + 0.114 * (tile.data[at + 2] as number);
  });
  const frequencies = lowFrequencies(luma);
  const median = medianOf(frequencies.slice(1));
  let hash = 0n;
  for (const value of frequencies) hash = (hash << 1n) | (value > median ? 1n : 0n);
  return hash.toString(16).padStart(16, '0');
}

function lowFrequencies(luma: Float64Array): number[] {
  const rows = new Float64Array(SIZE * KEPT);
  for (let y = 0; y < SIZE; y++) {
    for (let u = 0; u < KEPT; u++) {
      let sum = 0;
      for (let x = 0; x < SIZE; x++) sum += (luma[y * SIZE + x] as number) * (cosines[u]?.[x] as number);
      rows[y * KEPT + u] = sum;
    }
  }
  const frequencies: number[] = [];
  for (let v = 0; v < KEPT; v++) {
    for (let u = 0; u < KEPT; u++) {
      let sum = 0;
      for (let y = 0; y < SIZE; y++) sum += (rows[y * KEPT + u] as number) * (cosines[v]?.[y] as number);
      frequencies.push(sum);
    }
  }
  return frequencies;
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
