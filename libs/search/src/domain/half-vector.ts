import { HoldfastError } from '#kernel';

/** A vector scaled to length one. Throws SEARCH_VECTOR_INVALID where it has no direction or another number of dimensions. */
export function unitVector(vector: ArrayLike<number>, dimensions: number): Float32Array {
  let squares = 0;
  for (let index = 0; index < vector.length; index++) squares += (vector[index] ?? 0) ** 2;
  const norm = Math.sqrt(squares);
  if (vector.length !== dimensions || !Number.isFinite(norm) || norm === 0)
    throw new HoldfastError('SEARCH_VECTOR_INVALID', {
      kind: 'bug',
      message: `A vector of ${vector.length} dimensions and length ${norm} does not fit a space of ${dimensions} dimensions.`,
    });
  return Float32Array.from(vector, (value) => value / norm);
}

/** A vector in pgvector's binary form: `halfvec_send` in https://github.com/pgvector/pgvector/blob/v0.8.0/src/halfvec.c */
export function encodeHalfVector(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 + 2 * vector.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(0, vector.length);
  vector.forEach((value, index) => {
    view.setFloat16(4 + 2 * index, value);
  });
  return bytes;
}
