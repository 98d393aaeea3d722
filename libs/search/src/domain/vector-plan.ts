/** Where comparing every candidate ends and walking the graph begins. */
export interface PlanLimits {
  /** So many candidates are always compared, each found through the primary key: 2 µs for one. */
  fewestCompared: number;
  /** And never more than so many. */
  mostCompared: number;
  /** An organisation with no more vectors is read from end to end when nothing filters: 0.5 µs for one. */
  readThrough: number;
}

/** As measured with 200 000 vectors of 512 dimensions: docs/adr/0004-search-planner.md. */
export const planLimits: PlanLimits = { fewestCompared: 2500, mostCompared: 50_000, readThrough: 10_000 };

/** What visiting one vector on a walk costs, in comparisons of one candidate. */
const visitCost = 2.5;

/**
 * Up to how many candidates are compared one by one, for `wanted` hits from an index of `indexed` vectors. A walk for k hits among n of N
 * vectors visits k · N / n of them, so both cost the same at n = √(2.5 · k · N).
 */
export function exactBound(wanted: number, indexed: number, limits: PlanLimits): number {
  const bound = Math.round(Math.sqrt(visitCost * wanted * indexed));
  return Math.min(Math.max(bound, limits.fewestCompared), limits.mostCompared);
}

/** How the graph is walked: `hnsw.*` settings of pgvector 0.8 and the rows to ask for. */
export interface WalkSettings {
  efSearch: number;
  maxScanTuples: number;
  rows: number;
}

/** Narrower walks lose their way between clusters: recall 0.997 at 200, 0.998 at 300, for 1 ms. */
const narrowestWalk = 400;
/** pgvector allows no more. */
const widestWalk = 1000;

/** Rows to ask for so that `wanted` assets are among them in spite of several parts of one, trash, and a walk's order that is only nearly right. */
export function rowsFor(wanted: number): number {
  return wanted + Math.max(20, Math.ceil(wanted * 0.2));
}

/** Settings for a walk that must pass `wanted` assets, where about a `share` of the vectors met passes. */
export function planWalk(wanted: number, share: number): WalkSettings {
  const rows = rowsFor(wanted);
  const visits = rows / Math.max(share, 1e-6);
  return {
    efSearch: Math.round(Math.min(Math.max(visits, narrowestWalk), widestWalk)),
    // Three times what was expected: further on the filter's members are rarer than where the walk began, and comparing is cheaper.
    maxScanTuples: Math.round(Math.max(3 * visits, 2000)),
    rows,
  };
}

/** A walk to the nearest few of an organisation with a `share` of all vectors, whatever the filter says of them. */
export function planSample(share: number): WalkSettings {
  const rows = 40;
  return { efSearch: 2 * rows, maxScanTuples: Math.round(Math.max((3 * rows) / Math.max(share, 1e-6), 2000)), rows };
}

/**
 * Whether a walk is cheaper than comparing more than `bound` candidates, when of the `met` vectors nearest to the query `passing` passed the
 * filter and a `share` of all is the organisation's.
 */
export function isWorthWalking(
  sample: { met: number; passing: number },
  wanted: number,
  share: number,
  bound: number,
): boolean {
  const passingShare = (share * sample.passing) / Math.max(sample.met, 1);
  return passingShare > 0 && rowsFor(wanted) / passingShare <= (1.5 * bound) / visitCost;
}
