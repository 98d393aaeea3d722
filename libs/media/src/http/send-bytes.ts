import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectStore } from '#storage';
import type { ServedBytes } from '../assets/asset-bytes.service.ts';
import { readRange } from '../domain/byte-range.ts';
import { contentDisposition } from '../domain/content-disposition.ts';

/** What a browser may show by itself: pictures that our own encoders made, and audio and video, which run no scripts. */
const shown = /^(?:image\/(?:webp|jpeg|png|avif)|(?:audio|video)\/[a-z0-9.+-]+)$/;
const oneYear = 'private, max-age=31536000, immutable';
/** Objects up to this size are read at once: cheaper than a stream. */
const wholeBytes = 262_144;

export interface ByteDelivery extends ServedBytes {
  as: 'rendition' | 'attachment';
  /** The address changes with the bytes, so they may be kept for good. */
  isVersioned: boolean;
}

/**
 * Answers with an object's bytes: one range of them where asked (RFC 9110 section 14), none of them where the caller has them already. Whatever
 * the bytes say, a browser neither guesses their type nor runs them.
 */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  objects: ObjectStore,
  delivery: ByteDelivery,
): Promise<void> {
  const { sha256, sizeBytes, mediaType, name } = delivery;
  const etag = `"${sha256}"`;
  const isShown = delivery.as === 'rendition' && shown.test(mediaType);
  void reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': delivery.isVersioned ? oneYear : 'private, no-cache',
    'content-disposition': contentDisposition(isShown ? 'inline' : 'attachment', name),
    'content-security-policy': `default-src 'none'; sandbox`,
    'x-content-type-options': 'nosniff',
  });
  if (isKnown(request.headers['if-none-match'], etag)) return void reply.status(304).send();
  await objects.noteUse(sha256);
  void reply.header('content-type', mediaType);
  const ifRange = request.headers['if-range'];
  const range = readRange(ifRange === undefined || ifRange === etag ? request.headers.range : undefined, sizeBytes);
  if (range.kind === 'none')
    return void reply.status(416).removeHeader('content-type').header('content-range', `bytes */${sizeBytes}`).send();
  if (range.kind === 'part') {
    const { start, end } = range;
    void reply
      .status(206)
      .headers({ 'content-range': `bytes ${start}-${end}/${sizeBytes}`, 'content-length': end - start + 1 });
    return void reply.send(await objects.open(sha256, { start, end }));
  }
  void reply.status(200).header('content-length', sizeBytes);
  void reply.send(sizeBytes <= wholeBytes ? await objects.read(sha256) : await objects.open(sha256));
}

function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*');
}
