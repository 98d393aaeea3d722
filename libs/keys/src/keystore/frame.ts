import { keyError } from '../provider/key-error.ts';

// One message: length of all that follows u32, length of the JSON u32, JSON, parts. The JSON says how long each part is. Everything secret
// travels as a part: bytes can be wiped, strings can't. Numbers are big-endian.

/** Nothing longer is read or written. */
export const mostFrameBytes = 1_048_576;
const mostParts = 4096;
const lengthBytes = 4;

/** A message of the keystore's socket: what can be printed, and bytes. */
export interface Frame {
  head: Record<string, unknown>;
  parts: Buffer[];
}

function protocolError(what: string): Error {
  return keyError('KEYS_PROTOCOL', `The message to the keystore ${what}.`);
}

/** The bytes of a message. Throws KEYS_PROTOCOL when it is too long. */
export function encodeFrame({ head, parts }: Frame): Buffer {
  const json = Buffer.from(JSON.stringify({ ...head, parts: parts.map(({ length }) => length) }));
  const length = lengthBytes + json.length + parts.reduce((sum, part) => sum + part.length, 0);
  if (length > mostFrameBytes || parts.length > mostParts) throw protocolError('is too long');
  const bytes = Buffer.alloc(lengthBytes + length);
  let at = bytes.writeUInt32BE(length, 0);
  at = bytes.writeUInt32BE(json.length, at);
  for (const piece of [json, ...parts]) at += piece.copy(bytes, at);
  return bytes;
}

function parseHead(json: Buffer): { head: Record<string, unknown>; lengths: number[] } {
  let value: unknown;
  try {
    value = JSON.parse(json.toString('utf8'));
  } catch {
    throw protocolError('is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw protocolError('is no object');
  const { parts, ...head } = value as { parts?: unknown } & Record<string, unknown>;
  const isLength = (length: unknown) => Number.isInteger(length) && (length as number) >= 0;
  if (!Array.isArray(parts) || parts.length > mostParts || !parts.every(isLength))
    throw protocolError('does not say its parts');
  return { head, lengths: parts };
}

/** The message behind what follows its first length; parts are copies. Throws KEYS_PROTOCOL. */
export function decodeFrame(body: Buffer): Frame {
  const jsonEnd = body.length < lengthBytes ? 0 : lengthBytes + body.readUInt32BE(0);
  if (jsonEnd < lengthBytes || jsonEnd > body.length) throw protocolError('is cut short');
  const { head, lengths } = parseHead(body.subarray(lengthBytes, jsonEnd));
  if (jsonEnd + lengths.reduce((sum, length) => sum + length, 0) !== body.length)
    throw protocolError('has parts of other lengths');
  let at = jsonEnd;
  const parts = lengths.map((length) => {
    const part = Buffer.alloc(length);
    at += body.copy(part, 0, at);
    return part;
  });
  return { head, parts };
}

/** Puts messages together from what a socket delivers, and wipes what it held. */
export class FrameReader {
  private readonly prefix = Buffer.alloc(lengthBytes);
  private prefixLength = 0;
  private body: Buffer | undefined;
  private bodyLength = 0;

  /** Whether a message has begun and not ended. */
  get isWaiting(): boolean {
    return this.prefixLength > 0;
  }

  /** The messages that a piece completes. Throws KEYS_PROTOCOL, after which the rest of the stream means nothing. */
  *read(piece: Buffer): Generator<Frame> {
    let at = 0;
    while (at < piece.length) {
      if (!this.body) at += this.readPrefix(piece.subarray(at));
      if (!this.body) return;
      const copied = piece.copy(this.body, this.bodyLength, at);
      at += copied;
      this.bodyLength += copied;
      if (this.bodyLength < this.body.length) return;
      yield this.finish(this.body);
    }
  }

  private readPrefix(piece: Buffer): number {
    const copied = piece.copy(this.prefix, this.prefixLength, 0, lengthBytes - this.prefixLength);
    this.prefixLength += copied;
    if (this.prefixLength < lengthBytes) return copied;
    const length = this.prefix.readUInt32BE(0);
    if (length < lengthBytes || length > mostFrameBytes) throw protocolError(`says a length of ${length} bytes`);
    this.body = Buffer.alloc(length);
    this.bodyLength = 0;
    return copied;
  }

  private finish(body: Buffer): Frame {
    this.body = undefined;
    this.prefixLength = 0;
    try {
      return decodeFrame(body);
    } finally {
      body.fill(0);
    }
  }
}
