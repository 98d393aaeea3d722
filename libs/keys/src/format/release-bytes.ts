/** Smaller ones may share their memory with others, and cost the garbage collector little. */
const leastBytes = 16_384;

/**
 * Bytes that a cipher is given at a time. It makes new memory for its answer each time: below 128 KiB malloc takes that from what was freed just
 * before, above it may ask the kernel for zeroed pages, which costs four times what sealing does.
 */
export const cipherStepBytes = 65_536;

/**
 * Gives the memory of bytes back at once; the buffer is empty afterwards. Left to the garbage collector, which sees only small objects, chunks cost
 * more than sealing them does. Does nothing for a part of a larger buffer.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (byteLength >= leastBytes && byteLength === buffer.byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** The bytes in steps that a cipher takes well, in order. */
export function* cipherSteps(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += cipherStepBytes) yield bytes.subarray(at, at + cipherStepBytes);
}
