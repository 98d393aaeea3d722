import type { RenditionKind } from './types.ts';

/** Address of a rendition's bytes. The version makes it immutable, so browsers keep it for good. */
export function renditionUrl(assetId: string, kind: RenditionKind, version: number, position = 0): string {
  const place = position > 0 ? `position=${position}&` : '';
  return `/api/v1/assets/${assetId}/renditions/${kind}?${place}v=${version}`;
}

/** Address of the original, answered as an attachment. */
export function originalUrl(assetId: string): string {
  return `/api/v1/assets/${assetId}/original`;
}
