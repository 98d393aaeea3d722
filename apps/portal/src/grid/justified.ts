/** One row of a justified layout: assets `first` to `last` (exclusive), all `height` pixels high. */
export interface JustifiedRow {
  first: number;
  last: number;
  height: number;
}

export interface JustifyOptions {
  /** Width to fill, in pixels. */
  width: number;
  /** Height that rows come near to, in pixels. */
  targetHeight: number;
  /** Space between tiles and between rows, in pixels. */
  gap: number;
}

/** Panoramas and needles are shown within these bounds, so that one asset cannot make a row useless. */
const narrowest = 0.45;
const widest = 3.2;
/** How much higher than asked for a full row may be. */
const highest = 1.6;

/** Aspect ratio as laid out: bounded, and 1 for what is not a usable number. */
export function layoutRatio(ratio: number): number {
  if (!Number.isFinite(ratio) || ratio <= 0) return 1;
  return Math.min(widest, Math.max(narrowest, ratio));
}

/**
 * Fills rows of equal width from the first `count` aspect ratios in order, in one pass. A row ends where its height comes nearest to the
 * target; the last row keeps the target height rather than blowing up a few tiles, unless more is `followed` by it: then it is full too.
 */
export function justify(
  ratios: ArrayLike<number>,
  options: JustifyOptions,
  count = ratios.length,
  followed = false,
): JustifiedRow[] {
  const rows: JustifiedRow[] = [];
  let first = 0;
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const ratio = layoutRatio(ratios[index] ?? 1);
    const without = sum > 0 ? rowHeight(sum, index - first, options) : Number.POSITIVE_INFINITY;
    const withIt = rowHeight(sum + ratio, index - first + 1, options);
    if (withIt > options.targetHeight) {
      sum += ratio;
      continue;
    }
    // Log distance: half as high is as far off as twice as high.
    const takeIt = Math.log(options.targetHeight / withIt) <= Math.log(without / options.targetHeight) || index === first;
    const last = takeIt ? index + 1 : index;
    rows.push({ first, last, height: Math.min(options.targetHeight * highest, takeIt ? withIt : without) });
    first = last;
    sum = takeIt ? 0 : ratio;
  }
  if (first === count) return rows;
  const height = rowHeight(sum, count - first, options);
  if (!followed) rows.push({ first, last: count, height: Math.min(options.targetHeight, height) });
  else if (height <= options.targetHeight * highest || rows.length === 0)
    rows.push({ first, last: count, height: Math.min(options.targetHeight * highest, height) });
  else rows.push(joined(rows.pop() as JustifiedRow, ratios, count, options));
  return rows;
}

/** A row with what is left after it. */
function joined({ first }: JustifiedRow, ratios: ArrayLike<number>, last: number, options: JustifyOptions): JustifiedRow {
  let sum = 0;
  for (let index = first; index < last; index += 1) sum += layoutRatio(ratios[index] ?? 1);
  return { first, last, height: rowHeight(sum, last - first, options) };
}

function rowHeight(ratioSum: number, count: number, { width, gap }: JustifyOptions): number {
  return Math.max(16, (width - gap * (count - 1)) / ratioSum);
}

/** Height that a section of `count` assets is likely to take before their ratios are known. */
export function estimateHeight(count: number, meanRatio: number, options: JustifyOptions): number {
  const perRow = Math.max(1, Math.round((options.width + options.gap) / (options.targetHeight * meanRatio + options.gap)));
  return Math.ceil(count / perRow) * (options.targetHeight + options.gap);
}
