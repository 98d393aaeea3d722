/**
 * The language between a pool and its parsers. A frame is: length of what follows (4 bytes, big endian), length of the header
 * (4 bytes), header as JSON, attachments one after the other. The header's `sizes` says how long each attachment is.
 */
export interface Frame<Header> {
  header: Header;
  buffers: Buffer[];
}

const PREFIX = 4;

/** The pieces of a frame, to be written one after the other; attachments are not copied. */
export function encodeFrame(header: object, buffers: readonly Uint8Array[]): Uint8Array[] {
  const sizes = buffers.map((buffer) => buffer.byteLength);
  const json = Buffer.from(JSON.stringify({ ...header, sizes }));
  const total = sizes.reduce((sum, size) => sum + size, PREFIX + json.length);
  const prefix = Buffer.alloc(2 * PREFIX);
  prefix.writeUInt32BE(total, 0);
  prefix.writeUInt32BE(json.length, PREFIX);
  return [prefix, json, ...buffers];
}

/** A frame announces more bytes than its reader takes. */
export class OversizedFrame extends RangeError {}

/** Puts frames together from chunks. Throws OversizedFrame, or a RangeError or SyntaxError for a frame that contradicts itself. */
export class FrameReader<Header> {
  readonly #limitBytes: number;
  readonly #prefix = Buffer.alloc(PREFIX);
  #prefixFilled = 0;
  #body: Buffer | undefined;
  #filled = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Takes a chunk and returns the frames that it completes. */
  push(chunk: Buffer): Frame<Header>[] {
    const frames: Frame<Header>[] = [];
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#body ? this.#takeBody(this.#body, rest) : this.#takePrefix(rest);
      if (!this.#body || this.#filled < this.#body.length) continue;
      frames.push(decodeBody(this.#body));
      this.#body = undefined;
      this.#prefixFilled = 0;
    }
    return frames;
  }

  #takePrefix(rest: Buffer): Buffer {
    const taken = rest.copy(this.#prefix, this.#prefixFilled);
    this.#prefixFilled += taken;
    if (this.#prefixFilled < PREFIX) return rest.subarray(taken);
    const length = this.#prefix.readUInt32BE(0);
    if (length > this.#limitBytes) throw new OversizedFrame(`a frame of ${length} bytes`);
    if (length < PREFIX) throw new RangeError('a frame without a header');
    this.#body = Buffer.allocUnsafe(length);
    this.#filled = 0;
    return rest.subarray(taken);
  }

  #takeBody(body: Buffer, rest: Buffer): Buffer {
    const taken = rest.copy(body, this.#filled);
    this.#filled += taken;
    return rest.subarray(taken);
  }
}

function decodeBody<Header>(body: Buffer): Frame<Header> {
  const headerLength = body.readUInt32BE(0);
  let offset = PREFIX + headerLength;
  if (offset > body.length) throw new RangeError('a frame with a header longer than itself');
  const header = JSON.parse(body.toString('utf8', PREFIX, offset)) as Header & { sizes: unknown };
  if (!Array.isArray(header.sizes)) throw new RangeError('a frame without sizes');
  const buffers = header.sizes.map((size: number) => {
    const end = offset + size;
    if (!Number.isInteger(size) || size < 0 || end > body.length) throw new RangeError('a frame with impossible sizes');
    const buffer = body.subarray(offset, end);
    offset = end;
    return buffer;
  });
  return { header, buffers };
}
