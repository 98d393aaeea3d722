import type { ImageQuality } from '../parser-results.ts';
import type { Pixels, Plane } from './pixels.ts';

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** Technical quality from the luma plane and a small colour version. */
export function measureQuality(plane: Plane, small: Pixels): ImageQuality {
  const exposure = measureExposure(plane);
  const { laplacianVariance, noise } = measureDetail(plane);
  // 3.5 is the logarithm of what a picture of nothing but hard edges reaches.
  const sharpness = clamp(Math.log10(1 + laplacianVariance) / 3.5);
  const colourfulness = measureColourfulness(small);
  const exposureError = clamp(
    Math.abs(exposure.brightness - 0.47) * 1.2 + exposure.shadowsClipped * 0.8 + exposure.highlightsClipped * 0.8,
  );
  const score = clamp(
    0.45 * sharpness + 0.25 * (1 - exposureError) + 0.15 * clamp(exposure.contrast / 0.25) + 0.15 * clamp(colourfulness / 0.5),
  );
  return { sharpness, ...exposure, exposureError, noise, colourfulness, score };
}

function measureExposure({ data }: Plane) {
  const histogram = new Uint32Array(256);
  // Every seventh pixel is enough, and seven divides none of the usual widths, so columns do not repeat.
  const counted = Math.ceil(data.length / 7);
  for (let index = 0; index < data.length; index += 7) (histogram[data[index] as number] as number)++;
  let sum = 0;
  let squares = 0;
  let dark = 0;
  let light = 0;
  for (let value = 0; value < 256; value++) {
    const count = histogram[value] as number;
    sum += count * value;
    squares += count * value * value;
    if (value <= 4) dark += count;
    if (value >= 251) light += count;
  }
  const mean = sum / counted;
  return {
    brightness: mean / 255,
    contrast: Math.sqrt(Math.max(0, squares / counted - mean * mean)) / 255,
    shadowsClipped: dark / counted,
    highlightsClipped: light / counted,
  };
}

/** Laplacian variance (Pech-Pacheco 2000) and noise (Immerkær 1996) in one pass over the inner pixels. */
function measureDetail({ data, width, height }: Plane): { laplacianVariance: number; noise: number } {
  if (width < 3 || height < 3) return { laplacianVariance: 0, noise: 0 };
  let sum = 0;
  let squares = 0;
  let residue = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1, end = at + width - 2; at < end; at++) {
      const centre = data[at] as number;
      const cross =
        (data[at - 1] as number) + (data[at + 1] as number) + (data[at - width] as number) + (data[at + width] as number);
      const above = (data[at - width - 1] as number) + (data[at - width + 1] as number);
      const below = (data[at + width - 1] as number) + (data[at + width + 1] as number);
      const laplacian = cross - 4 * centre;
      sum += laplacian;
      squares += laplacian * laplacian;
      residue += Math.abs(4 * centre - 2 * cross + above + below);
    }
  }
  const count = (width - 2) * (height - 2);
  const mean = sum / count;
  return { laplacianVariance: squares / count - mean * mean, noise: (Math.sqrt(Math.PI / 2) * residue) / (6 * count) };
}

/** Hasler and Süsstrunk 2003, divided by their "extremely colourful" (109). */
function measureColourfulness({ data, channels }: Pixels): number {
  let count = 0;
  let rg = 0;
  let yb = 0;
  let rgSquares = 0;
  let ybSquares = 0;
  for (let at = 0; at < data.length; at += channels, count++) {
    const red = data[at] as number;
    const green = data[at + 1] as number;
    const a = red - green;
    const b = (red + green) / 2 - (data[at + 2] as number);
    rg += a;
    yb += b;
    rgSquares += a * a;
    ybSquares += b * b;
  }
  const mean = Math.hypot(rg / count, yb / count);
  const spread = Math.sqrt(Math.max(0, rgSquares / count - (rg / count) ** 2 + ybSquares / count - (yb / count) ** 2));
  return (spread + 0.3 * mean) / 109;
}
