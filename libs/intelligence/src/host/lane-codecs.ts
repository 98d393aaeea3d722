import type { TextPurpose } from '../child/text-runner.ts';
import type { LaneCodec } from './inference-lane.ts';

/** What came of one input, and its share of the processor time of its batch. */
export interface Costed<Output> {
  output: Output;
  cpuMs: number;
}

/** One text to be embedded. */
export interface TextInput {
  text: string;
  purpose: TextPurpose;
}

/** A stretch of speech: 16-bit samples at 16 kHz, one channel, and what is known about it. */
export interface SpeechInput {
  samples: Uint8Array;
  language: string | null;
}

/** Pictures as RGB bytes to vectors. */
export const imageCodec: LaneCodec<Uint8Array, Costed<Float32Array>> = {
  bytesOf: (picture) => picture.byteLength,
  encode: (pictures) => ({ method: 'images', params: null, buffers: pictures }),
  decode: decodeVectors,
};

/** Texts to vectors. */
export const textCodec: LaneCodec<TextInput, Costed<Float32Array>> = {
  bytesOf: ({ text }) => text.length * 2,
  encode: (inputs) => ({
    method: 'texts',
    params: { texts: inputs.map(({ text }) => text), purposes: inputs.map(({ purpose }) => purpose) },
    buffers: [],
  }),
  decode: decodeVectors,
};

/** Stretches of speech to what was said; the batch size of such a lane is 1. */
export function speechCodec<Window>(): LaneCodec<SpeechInput, Costed<Window>> {
  return {
    bytesOf: ({ samples }) => samples.byteLength,
    encode: ([input]) => ({
      method: 'speech',
      params: { language: input?.language ?? null },
      buffers: input ? [input.samples] : [],
    }),
    decode: ({ value, cpuMs }) => [{ output: value as Window, cpuMs }],
  };
}

function decodeVectors({ buffers, cpuMs }: { buffers: Buffer[]; cpuMs: number }, count: number): Costed<Float32Array>[] {
  const [bytes] = buffers;
  if (!bytes || bytes.byteLength % (4 * count) !== 0)
    throw new RangeError(`an answer of ${bytes?.byteLength} bytes for ${count}`);
  // Copied, because a frame's bytes lie at any offset and floats must be aligned.
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  const length = values.length / count;
  return Array.from({ length: count }, (_, index) => ({
    output: values.slice(index * length, (index + 1) * length),
    cpuMs: cpuMs / count,
  }));
}
