import type { DominantColour } from '../parser-results.ts';
import { nameOfColour } from './colour-names.ts';
import { distanceSquared, type Oklab, toHex, toOklab } from './oklab.ts';
import { type Pixels, shrinkPixels } from './pixels.ts';

const SAMPLE_EDGE = 40;
const SEEDS = 8;
const ROUNDS = 6;
const COLOURS = 5;
// Colours nearer than this look the same in a palette.
const SAME = 0.07;

interface Cluster {
  centre: Oklab;
  count: number;
}

/** Up to five colours that make up a picture: k-means in OKLab, seeded by the farthest points so that the answer is always the same. */
export function dominantColours(small: Pixels): DominantColour[] {
  const tile = shrinkPixels(small, Math.min(SAMPLE_EDGE, small.width), Math.min(SAMPLE_EDGE, small.height));
  const points = visiblePoints(tile);
  if (points.length === 0) return [];
  const clusters = merge(cluster(points))
    .sort((a, b) => b.count - a.count)
    .slice(0, COLOURS);
  return clusters
    .map(({ centre, count }) => ({ hex: toHex(centre), name: nameOfColour(centre), share: round(count / points.length) }))
    .filter(({ share }) => share >= 0.005);
}

const round = (value: number) => Math.round(value * 1000) / 1000;

function visiblePoints({ data, channels }: Pixels): Oklab[] {
  const points: Oklab[] = [];
  for (let at = 0; at < data.length; at += channels) {
    if (channels === 4 && (data[at + 3] as number) < 128) continue;
    points.push(toOklab(data[at] as number, data[at + 1] as number, data[at + 2] as number));
  }
  return points;
}

function cluster(points: Oklab[]): Cluster[] {
  let centres = farthestSeeds(points);
  let counts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map(() => [0, 0, 0, 0]);
    for (const point of points) {
      const sum = sums[nearest(centres, point)] as number[];
      for (let axis = 0; axis < 3; axis++) sum[axis] = (sum[axis] as number) + (point[axis] as number);
      sum[3] = (sum[3] as number) + 1;
    }
    counts = sums.map((sum) => sum[3] as number);
    centres = sums.map(([l = 0, a = 0, b = 0, count = 0], index) =>
      count > 0 ? [l / count, a / count, b / count] : (centres[index] as Oklab),
    );
  }
  return centres.map((centre, index) => ({ centre, count: counts[index] as number })).filter(({ count }) => count > 0);
}

function farthestSeeds(points: Oklab[]): Oklab[] {
  const seeds = [points[points.length >> 1] as Oklab];
  const distances = points.map((point) => distanceSquared(point, seeds[0] as Oklab));
  while (seeds.length < SEEDS) {
    let farthest = 0;
    for (let index = 1; index < points.length; index++) {
      if ((distances[index] as number) > (distances[farthest] as number)) farthest = index;
    }
    if ((distances[farthest] as number) < SAME * SAME) break;
    const seed = points[farthest] as Oklab;
    seeds.push(seed);
    for (let index = 0; index < points.length; index++) {
      distances[index] = Math.min(distances[index] as number, distanceSquared(points[index] as Oklab, seed));
    }
  }
  return seeds;
}

function nearest(centres: Oklab[], point: Oklab): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < centres.length; index++) {
    const distance = distanceSquared(centres[index] as Oklab, point);
    if (distance < bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

function merge(clusters: Cluster[]): Cluster[] {
  const merged: Cluster[] = [];
  for (const { centre, count } of clusters.toSorted((a, b) => b.count - a.count)) {
    const same = merged.find((other) => distanceSquared(other.centre, centre) < SAME * SAME);
    if (!same) merged.push({ centre, count });
    else {
      const total = same.count + count;
      const weigh = (axis: 0 | 1 | 2) => (same.centre[axis] * same.count + centre[axis] * count) / total;
      same.centre = [weigh(0), weigh(1), weigh(2)];
      same.count = total;
    }
  }
  return merged;
}
