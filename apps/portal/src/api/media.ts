import type { Asset, RenditionKind } from './types.ts';

/** Address of a rendition's bytes. Its `v` changes only with the bytes, so browsers keep them for good. */
export function renditionUrl(assetId: string, kind: RenditionKind, v: string, position = 0): string {
  const place = position > 0 ? `position=${position}&` : '';
  return `/api/v1/assets/${assetId}/renditions/${kind}?${place}v=${v}`;
}

/** Address of one of an asset's renditions; undefined where it has no such one (yet). */
export function renditionOf(asset: Asset, kind: RenditionKind, position = 0): string | undefined {
  const rendition = asset.renditions.find((candidate) => candidate.kind === kind && candidate.position === position);
  return rendition && renditionUrl(asset.id, kind, rendition.v, position);
}

/** Address of the original, answered as an attachment. */
export function originalUrl(assetId: string): string {
  return `/api/v1/assets/${assetId}/original`;
}
