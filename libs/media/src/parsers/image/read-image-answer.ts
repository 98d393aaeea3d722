import { z } from 'zod';
import { HoldfastError } from '#kernel';
import type { ImageAnalysis, Json, Rendition, Tensor } from '../parser-results.ts';
import type { ImageRequest } from './image-request.ts';
import { METADATA_BYTES } from './shorten-tags.ts';

// A hostile file may have taken its parser over, so the answer is input like any other: checked before it is believed.

const text = z.string().max(2100);
const share = z.number().min(0).max(1);
const finite = z.number();
const size = z.number().int().min(1).max(65_535);
const optional = <T extends z.ZodType>(type: T) => type.nullable();

/** Shape of `Metadata`, for every parser that reports one. */
export const metadataSchema = z.object({
  capturedAt: optional(z.object({ local: text, offsetMinutes: optional(finite), utc: optional(text), source: text })),
  place: optional(
    z.object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      altitudeMetres: optional(finite),
    }),
  ),
  camera: z.object({
    make: optional(text),
    model: optional(text),
    lens: optional(text),
    iso: optional(finite),
    aperture: optional(finite),
    exposureSeconds: optional(finite),
    focalLengthMm: optional(finite),
    focalLength35Mm: optional(finite),
    flash: optional(z.boolean()),
    software: optional(text),
  }),
  title: optional(text),
  description: optional(text),
  keywords: z.array(text).max(200),
  creator: optional(text),
  copyright: optional(text),
  rating: optional(finite),
  tags: z.record(z.string(), z.custom<Json>()).refine((tags) => JSON.stringify(tags).length < 4 * METADATA_BYTES),
});

const answerSchema = z.object({
  format: text,
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  orientation: z.number().int().min(1).max(8).catch(1),
  hasAlpha: z.boolean(),
  bitDepth: z.number().int(),
  colourSpace: text,
  colourProfile: optional(text),
  frames: z.number().int().min(1),
  durationSeconds: optional(z.number().min(0)),
  partial: z.array(text).max(10),
  metadata: metadataSchema,
  thumbhash: z.string().regex(/^[A-Za-z0-9+/]{4,60}={0,2}$/),
  colours: z.array(z.object({ hex: z.string().regex(/^#[0-9a-f]{6}$/), name: text, share })).max(5),
  quality: z.object({
    sharpness: share,
    brightness: share,
    contrast: share,
    shadowsClipped: share,
    highlightsClipped: share,
    exposureError: share,
    noise: finite,
    colourfulness: finite,
    score: share,
  }),
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  textLikelihood: share,
  renditions: z.array(z.object({ edge: size, width: size, height: size })),
});

/** The answer of the image parser with its attachments in place. Throws MEDIA_PARSER_ANSWER when it is not what was asked for. */
export function readImageAnswer(value: unknown, buffers: Buffer[], request: ImageRequest, cpuMs: number): ImageAnalysis {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success || parsed.data.renditions.length !== request.edges.length) throw nonsense(parsed.error);
  if (buffers.length !== request.edges.length + request.tensors.length) throw nonsense(undefined);
  const renditions = parsed.data.renditions.map(
    (rendition, index): Rendition => ({ ...rendition, mediaType: 'image/webp', bytes: buffers[index] as Buffer }),
  );
  const tensors = request.tensors.map((spec, index): Tensor => {
    const bytes = buffers[request.edges.length + index] as Buffer;
    if (bytes.length !== spec.width * spec.height * spec.channels) throw nonsense(undefined);
    return { ...spec, bytes };
  });
  return { ...parsed.data, renditions, tensors, cpuMs };
}

function nonsense(cause: unknown): HoldfastError {
  return new HoldfastError('MEDIA_PARSER_ANSWER', {
    kind: 'unprocessable',
    message: 'The parser gave an answer that cannot be true; the file may have taken it over.',
    action: 'Treat the file as hostile.',
    cause,
  });
}
