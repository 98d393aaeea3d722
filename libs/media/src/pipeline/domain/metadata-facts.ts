import type { Camera, Metadata } from '../../parsers/index.ts';
import type { AssetPatch } from '../asset-patch.ts';
import { type CapturedTime, capturedTime } from './captured-time.ts';
import type { Findings } from './ledger.ts';

/** Captions that cameras and programs write into every picture. */
const meaninglessCaption =
  /^(olympus digital camera|sony dsc|samsung( digital camera)?|(minolta|kodak|konica) digital.*|digital camera|dcim.*|default|untitled|image|jpeg.*|created with gimp|screenshot)$/i;

/** What a file says that people may change afterwards. */
export type FileSaid = NonNullable<Findings['fileSaid']>;

/** What the metadata of a file says about its asset. What people may change is written only where nobody changed it since. */
export function metadataPatch(
  metadata: Metadata,
  before: Findings['fileSaid'],
  now: Date,
): { patch: AssetPatch; fileSaid: FileSaid } {
  const captured = capturedTime(metadata.capturedAt, gpsTags(metadata), now);
  const fileSaid = { rating: starsOf(metadata.rating), caption: captionOf(metadata) };
  return {
    fileSaid,
    patch: {
      capturedAt: captured?.at ?? null,
      latitude: metadata.place?.latitude ?? null,
      longitude: metadata.place?.longitude ?? null,
      camera: cameraName(metadata.camera),
      lens: metadata.camera.lens,
      rating: { said: fileSaid.rating, before: before?.rating ?? null },
      caption: { said: fileSaid.caption, before: before?.caption ?? '' },
      metadata: metadataKept(metadata, captured),
    },
  };
}

function metadataKept(metadata: Metadata, captured: CapturedTime | undefined): Record<string, unknown> {
  const { capturedAt, ...others } = metadata;
  return { ...others, captured: capturedAt && { ...capturedAt, zone: captured?.zone ?? 'impossible' } };
}

function gpsTags({ tags: { gps } }: Metadata): Parameters<typeof capturedTime>[1] {
  return typeof gps === 'object' && gps !== null && !Array.isArray(gps) ? gps : undefined;
}

function starsOf(rating: number | null): number | null {
  const stars = Math.round(rating ?? 0);
  return stars >= 1 && stars <= 5 ? stars : null;
}

function captionOf({ description, title }: Metadata): string {
  const text = (description ?? title ?? '').trim();
  return meaninglessCaption.test(text) ? '' : text.slice(0, 5000);
}

/** Make and model as people say them: `Canon EOS 5D`, not `Canon Canon EOS 5D`. */
export function cameraName({ make, model }: Pick<Camera, 'make' | 'model'>): string | null {
  if (!make || !model) return model ?? make;
  const brand = make.split(/\s+/)[0] ?? make;
  if (model.toLowerCase().startsWith(brand.toLowerCase())) return model;
  return `${make.replace(/\s+(corporation|corp\.?|co\.?,? ?ltd\.?|inc\.?|electronics|optical.*)$/i, '')} ${model}`;
}
