/** Deterministic numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal numbers, by Box and Muller. */
export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What the vectors of a library look like: subjects of very different popularity, themes that they belong to, variation within each. */
export interface CorpusShape {
  vectors: number;
  dimensions: number;
  organisations: number;
  /** Part of all vectors that the largest organisation has. */
  largestShare: number;
  clusters: number;
}

export interface Corpus {
  shape: CorpusShape;
  /** Organisation of each vector; 0 is the largest. */
  organisation: Uint8Array;
  cluster: Uint16Array;
  /** Fills `target` with the vector, of length one. */
  vector(index: number, target: Float32Array): void;
  /** A vector nobody stored, near a cluster: what a query looks like. */
  query(cluster: number, seed: number, target: Float32Array): void;
}

/** Places drawn with probability ~ 1 / (rank + 10): a few subjects fill much of a library, most have a handful of pictures. */
function powerLaw(count: number): Float64Array {
  const cumulative = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 10);
    cumulative[rank] = sum;
  }
  return cumulative.map((value) => value / sum);
}

function pick(cumulative: Float64Array, point: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 1) < point) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Directions in which members of a cluster differ: image encoders spread a subject over some tens of dimensions, not over all. */
const variationDimensions = 48;
const themes = 60;

function normalise(target: Float32Array): void {
  let squares = 0;
  for (const value of target) squares += value * value;
  const norm = Math.sqrt(squares);
  for (let index = 0; index < target.length; index++) target[index] = (target[index] ?? 0) / norm;
}

/** A corpus that is the same for the same shape, generated vector by vector so that it need not fit in memory. */
export function makeCorpus(shape: CorpusShape): Corpus {
  const { dimensions } = shape;
  const random = randomFrom(20261120);
  const normal = normalFrom(random);
  const gaussian = (scale: number) =>
    Float32Array.from({ length: dimensions }, () => (normal() * scale) / Math.sqrt(dimensions));
  const common = gaussian(0.6);
  const themeCentres = Array.from({ length: themes }, () => gaussian(0.55));
  const basis = Array.from({ length: variationDimensions }, () => gaussian(1));
  const centres = Array.from({ length: shape.clusters }, () => {
    const theme = themeCentres[Math.floor(random() * themes)] ?? common;
    const own = gaussian(0.5);
    return own.map((value, index) => value + (theme[index] ?? 0) + (common[index] ?? 0));
  });
  const spreads = Float32Array.from({ length: shape.clusters }, () => 0.25 + 0.35 * random());
  const byCluster = powerLaw(shape.clusters);
  const bySize = powerLaw(shape.organisations - 1);
  const organisation = Uint8Array.from({ length: shape.vectors }, () =>
    random() < shape.largestShare ? 0 : 1 + pick(bySize, random()),
  );
  const cluster = Uint16Array.from({ length: shape.vectors }, () => pick(byCluster, random()));
  const around = (centre: number, seed: number, target: Float32Array) => {
    const own = normalFrom(randomFrom(seed));
    target.set(centres[centre] ?? common);
    const spread = spreads[centre] ?? 0.4;
    for (const direction of basis) {
      const amount = (own() * spread) / Math.sqrt(variationDimensions);
      for (let index = 0; index < dimensions; index++) target[index] = (target[index] ?? 0) + amount * (direction[index] ?? 0);
    }
    for (let index = 0; index < dimensions; index++)
      target[index] = (target[index] ?? 0) + (own() * spread * 0.5) / Math.sqrt(dimensions);
    normalise(target);
  };
  return {
    shape,
    organisation,
    cluster,
    vector: (index, target) => around(cluster[index] ?? 0, 1_000_003 + index, target),
    query: (centre, seed, target) => around(centre, 900_000_001 + seed, target),
  };
}
