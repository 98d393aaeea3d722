import { join } from 'node:path';
import { z } from 'zod';

/** Most texts, and most bytes, of one question: a person's query is a line. */
export const largestQuestionBytes = 262_144;

/** What the api asks a worker: texts that somebody waits for, as vectors of a model. */
export const questionSchema = z.strictObject({
  modelId: z.uuid(),
  texts: z.array(z.string().min(1)).min(1).max(16),
});

/** The answer: each vector as base64 of its little-endian 32-bit floats, and the processor time that they took. */
export const answerSchema = z.strictObject({ vectors: z.array(z.base64()), cpuMs: z.number().nonnegative() });

/** A refusal, as the error that the worker threw. */
export const refusalSchema = z.object({
  code: z.string(),
  kind: z.string(),
  message: z.string(),
  action: z.string().optional(),
});

/** Where the worker with the role `inference` listens. */
export function querySocketOf(runFolder: string): string {
  return join(runFolder, 'inference.sock');
}

export function encodeVector(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

export function decodeVector(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  // Floats must begin at a multiple of four, which a slice of Node's pool need not.
  return new Float32Array(new Uint8Array(bytes).buffer);
}
