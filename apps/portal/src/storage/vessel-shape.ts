import type { Tier } from '../api/types.ts';

/** What fills a tier, from the bottom up. `moving` will still be written there by moves in hand. */
export interface Layer {
  name: 'originals' | 'renditions' | 'other' | 'moving';
  bytes: number;
  /** 0..1 of the whole file system. */
  share: number;
  /** Where it begins, 0..1 from the bottom. */
  from: number;
}

type Filled = Pick<Tier, 'totalBytes' | 'freeBytes' | 'originalBytes' | 'renditionBytes' | 'reservedBytes'>;

/** The layers of a tier to scale: together they are exactly what is used, and what is on its way. None where it cannot be measured. */
export function layersOf(tier: Filled): Layer[] {
  const { totalBytes, freeBytes } = tier;
  if (totalBytes === null || freeBytes === null || totalBytes <= 0) return [];
  const used = Math.min(totalBytes, Math.max(0, totalBytes - freeBytes));
  const originals = Math.min(used, tier.originalBytes);
  const renditions = Math.min(used - originals, tier.renditionBytes);
  const amounts: [Layer['name'], number][] = [
    ['originals', originals],
    ['renditions', renditions],
    ['other', used - originals - renditions],
    ['moving', Math.min(totalBytes - used, tier.reservedBytes)],
  ];
  let from = 0;
  return amounts.map(([name, bytes]) => {
    const layer = { name, bytes, share: bytes / totalBytes, from };
    from += layer.share;
    return layer;
  });
}

/** Moves places apart that lie closer together than `gap`, in their order, as little as it takes, and keeps them within bounds. */
export function spread(places: readonly number[], gap: number, least: number, most: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place || a.index - b.index);
  const moved = order.map(({ place }) => Math.min(most, Math.max(least, place)));
  for (let at = 1; at < moved.length; at += 1) moved[at] = Math.max(moved[at] as number, (moved[at - 1] as number) + gap);
  let ceiling = most;
  for (let at = moved.length - 1; at >= 0; at -= 1) {
    moved[at] = Math.min(moved[at] as number, ceiling);
    ceiling = (moved[at] as number) - gap;
  }
  const result = [...places];
  for (const [at, { index }] of order.entries()) result[index] = moved[at] as number;
  return result;
}

/** How a tier stands by its own marks. */
export function levelOf(
  tier: Pick<Tier, 'usedPercent' | 'lowPercent' | 'highPercent' | 'criticalPercent'>,
): 'unknown' | 'low' | 'between' | 'high' | 'critical' {
  const { usedPercent } = tier;
  if (usedPercent === null) return 'unknown';
  if (usedPercent >= tier.criticalPercent) return 'critical';
  if (usedPercent >= tier.highPercent) return 'high';
  return usedPercent >= tier.lowPercent ? 'between' : 'low';
}

/** Below this share of free inodes, files run out of names before the disk runs out of bytes. */
const shortShare = 0.1;

/** Free inodes 0..1 where they are short; undefined where there are enough or the file system does not count them. */
export function shortInodes({ totalInodes, freeInodes }: Pick<Tier, 'totalInodes' | 'freeInodes'>): number | undefined {
  if (!totalInodes || freeInodes === null) return undefined;
  const share = freeInodes / totalInodes;
  return share < shortShare ? share : undefined;
}
