import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readByteCount, readChecksum } from '../uploads/tus-headers.ts';
import type { UploadBody } from '../uploads/upload.service.ts';

/** A sender that sends nothing for so long has gone; what came is kept and the upload is free for others. */
const silenceMs = 60_000;
/** How long a refused sender may go on before its connection is cut: long enough to read the answer. */
const afterRefusalMs = 5_000;

/**
 * Reads a request's body straight from its connection, chunk by chunk. When the work refuses the rest, the answer goes out first: the
 * bytes on the way are swallowed for a moment, because a connection cut at once would take the answer along.
 */
export async function takeBody<Result>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (body: UploadBody) => Promise<Result>,
): Promise<Result> {
  const { raw } = request;
  const fallSilent = () => raw.destroy();
  raw.socket.setTimeout(silenceMs, fallSilent);
  try {
    return await work({
      stream: chunksOf(raw),
      lengthBytes: readByteCount(request.headers, 'content-length'),
      checksum: readChecksum(request.headers),
    });
  } catch (error) {
    swallowRest(raw, reply);
    throw error;
  } finally {
    raw.socket.setTimeout(0);
    raw.socket.off('timeout', fallSilent);
  }
}

/** Chunks of a body. Unlike plain iteration, stopping early leaves the connection open. */
function chunksOf(raw: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => raw.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array> };
}

function swallowRest(raw: IncomingMessage, reply: FastifyReply): void {
  if (raw.complete || raw.destroyed) return;
  void reply.header('connection', 'close');
  raw.on('error', () => {});
  raw.resume();
  setTimeout(() => raw.destroy(), afterRefusalMs).unref();
}
