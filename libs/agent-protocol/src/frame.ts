import { agentError } from './agent-error.ts';

// One message: length of what follows as u32, big-endian, and that many bytes of JSON in UTF-8.

/** Nothing longer is written or read, not counting the length itself. */
export const mostFrameBytes = 65_536;
const lengthBytes = 4;

/** The bytes of a message. Throws AGENT_PROTOCOL when it is too long. */
export function encodeFrame(message: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  if (json.length > mostFrameBytes) throw agentError('AGENT_PROTOCOL', `A message of ${json.length} bytes is too long.`);
  const bytes = Buffer.alloc(lengthBytes + json.length);
  json.copy(bytes, bytes.writeUInt32BE(json.length, 0));
  return bytes;
}

/** Puts messages together from what a socket delivers. */
export class FrameReader {
  private held: Buffer = Buffer.alloc(0);

  /** Whether a message has begun and not ended. */
  get isWaiting(): boolean {
    return this.held.length > 0;
  }

  /** The messages that a piece completes. Throws AGENT_PROTOCOL, after which the rest of the stream means nothing. */
  *read(piece: Buffer): Generator<unknown> {
    this.held = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    while (this.held.length >= lengthBytes) {
      const length = this.held.readUInt32BE(0);
      if (length === 0 || length > mostFrameBytes)
        throw agentError('AGENT_PROTOCOL', `A message says a length of ${length} bytes; 1 to ${mostFrameBytes} are possible.`);
      if (this.held.length < lengthBytes + length) return;
      const json = this.held.subarray(lengthBytes, lengthBytes + length);
      this.held = this.held.subarray(lengthBytes + length);
      yield parse(json);
    }
  }
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw agentError('AGENT_PROTOCOL', `A message of ${json.length} bytes is no JSON.`);
  }
}
