import type { TensorSpec } from '../parser-results.ts';

/** What the sandboxed image parser is asked to do with one picture. Travels as JSON. */
export interface ImageRequest {
  /** From `detectType`; chooses the decoder. */
  mediaType: string;
  maxPixels: number;
  maxFrames: number;
  /** Renditions wanted, by longest edge; never larger than the picture. */
  edges: number[];
  /** WebP quality of the renditions, 1 to 100. */
  quality: number;
  tensors: TensorSpec[];
  /** False for pictures that we made ourselves (video frames, pages): they have nothing to say. */
  readMetadata: boolean;
}

/** The parser's answer: `ImageAnalysis` without the bytes, which follow as attachments (renditions, then tensors). */
export interface ImageAnswer {
  renditions: Array<{ edge: number; width: number; height: number }>;
  tensors: string[];
  [field: string]: unknown;
}
