import type { ParserHandlers } from '#sandbox';
import type { ModelManifest } from '../domain/model-manifest.schema.ts';
import { type ImageRunner, openImageRunner } from './image-runner.ts';
import { modelFault } from './model-fault.ts';
import { openTextRunner, type TextPurpose, type TextRunner } from './text-runner.ts';
import { openWhisper, type WhisperRunner, type WhisperWindowOptions } from './whisper-runner.ts';

// The program of one model process: it opens one part of one model and answers batches until it is ended.

interface Load {
  folder: string;
  manifest: ModelManifest;
  part: 'image' | 'text' | 'speech';
  threads: number;
}

let images: ImageRunner | undefined;
let texts: TextRunner | undefined;
let speech: WhisperRunner | undefined;

/** What a model process can do; see `ModelProcess` for the parent's side. */
export const handlers: ParserHandlers = {
  load: async ({ folder, manifest, part, threads }: Load) => {
    if (part === 'image') images = await openImageRunner(folder, manifest, threads);
    if (part === 'text') texts = await openTextRunner(folder, manifest, threads);
    if (part === 'speech') speech = await openWhisper(folder, manifest, threads);
    return { value: null };
  },

  images: async (_: unknown, pictures: Buffer[]) => {
    const bytes = pictures.length === 1 ? (pictures[0] as Buffer) : Buffer.concat(pictures);
    return { value: null, buffers: [bytesOf(await opened(images)(bytes, pictures.length))] };
  },

  texts: async ({ texts: values, purposes }: { texts: string[]; purposes: TextPurpose[] }) => {
    return { value: null, buffers: [bytesOf(await opened(texts)(values, purposes))] };
  },

  speech: async (options: WhisperWindowOptions, [samples]: Buffer[]) => {
    return { value: await opened(speech)(samples as Buffer, options) };
  },
};

function opened<Runner>(runner: Runner | undefined): Runner {
  if (!runner) throw modelFault('MODEL_PART_MISSING', 'This process has not opened that part of the model.');
  return runner;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
