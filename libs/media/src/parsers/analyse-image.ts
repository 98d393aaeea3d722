import { extname } from 'node:path';
import { ParserPool } from '#sandbox';
import { converterFor, convertImage } from './image/convert-image.ts';
import type { ImageAnswer, ImageRequest } from './image/image-request.ts';
import { readImageAnswer } from './image/read-image-answer.ts';
import type { ImageAnalysis, TensorSpec } from './parser-results.ts';
import type { ParserSettings } from './parser-settings.ts';

/** Version of the image analysis, for the ledger: a change here means that pictures are analysed again. */
export const IMAGE_VERSION = 1;

/** Longest edges of the renditions that the portal shows. */
export const RENDITION_EDGES: readonly number[] = [250, 1440];

const RENDITION_QUALITY = 78;
const LARGEST_REPLY_BYTES = 64 * 2 ** 20;

export interface ImageOptions {
  /** From `detectType`. */
  mediaType: string;
  settings: ParserSettings;
  /** Pixels for models, from the same decode. */
  tensors?: readonly TensorSpec[];
  /** Longest edges of renditions; default RENDITION_EDGES. */
  edges?: readonly number[];
  /** Default true. */
  readMetadata?: boolean;
  signal?: AbortSignal | undefined;
}

/** Warm sandboxed image parsers, as many as the settings say. Close it at the end of the process. */
export function openImagePool(settings: ParserSettings): ParserPool {
  return new ParserPool({
    name: 'image',
    module: new URL(`./image-parser.child${extname(import.meta.filename)}`, import.meta.url),
    packages: ['sharp', 'exifr', 'thumbhash', 'heic-decode'],
    environment: { VIPS_CONCURRENCY: '1', UV_THREADPOOL_SIZE: '2' },
    replyBytes: LARGEST_REPLY_BYTES,
    processes: settings.imageProcesses,
    recycleAfterFiles: settings.recycleAfterFiles,
    queueLimit: 1000,
    limits: {
      memoryBytes: settings.memoryMb * 2 ** 20,
      wallSeconds: settings.wallSeconds,
      processes: settings.processes,
      outputBytes: LARGEST_REPLY_BYTES,
    },
  });
}

/**
 * Everything about a picture from one decode in a sandboxed child. Throws the file's error (`unprocessable`:
 * MEDIA_IMAGE_UNREADABLE, MEDIA_IMAGE_TOO_LARGE, SANDBOX_TIMEOUT, …) or the world's (SANDBOX_UNAVAILABLE, SANDBOX_BUSY).
 */
export async function analyseImage(pool: ParserPool, bytes: Uint8Array, options: ImageOptions): Promise<ImageAnalysis> {
  const { settings, signal } = options;
  const reader = converterFor(options.mediaType, bytes);
  if (reader) {
    const png = await convertImage(bytes, reader, settings, signal);
    const analysis = await analyseImage(pool, png, { ...options, mediaType: 'image/png' });
    return { ...analysis, format: options.mediaType.replace(/^image\/(x-|vnd\.)?/, '') };
  }
  const request: ImageRequest = {
    mediaType: options.mediaType,
    maxPixels: settings.maxPixels,
    maxFrames: settings.maxFrames,
    edges: [...(options.edges ?? RENDITION_EDGES)],
    quality: RENDITION_QUALITY,
    tensors: [...(options.tensors ?? [])],
    readMetadata: options.readMetadata ?? true,
  };
  const reply = await pool.run({ method: 'analyse', params: request, buffers: [bytes], signal });
  return readImageAnswer(reply.value as ImageAnswer, reply.buffers, request, reply.cpuMs);
}
