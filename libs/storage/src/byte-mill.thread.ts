import { writevSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { releaseBytes } from '#sealed-object';
import type { MillAnswer, MillRequest } from './byte-mill.adapter.ts';
import { SealedStream, withoutWritten } from './sealed-stream.ts';

// Hashes, seals and writes what the other side hands over, one batch after the other; the event loop of the process stays free meanwhile.

const files = new Map<number, SealedStream>();

function work(request: MillRequest): MillAnswer {
  const { call, stream } = request;
  if (request.kind === 'forget') {
    files.delete(stream);
    return { call };
  }
  if (request.kind === 'begin') {
    files.set(stream, new SealedStream(request.dataKey, request.context));
    return { call };
  }
  const file = files.get(stream);
  // Another thread had begun the file, and died.
  if (!file) throw new Error('the beginning of the file was lost');
  append(file, request.fd, request.bytes, request.isLast);
  if (!request.isLast) return { call, returned: request.bytes };
  files.delete(stream);
  return { call, returned: request.bytes, digests: file.digests() };
}

function append(file: SealedStream, fd: number, bytes: Uint8Array, isLast: boolean): void {
  let at = file.fileBytes;
  const sealed = file.seal(bytes, isLast);
  for (let parts = sealed; parts.length > 0; ) {
    const written = writevSync(fd, parts, at);
    at += written;
    parts = withoutWritten(parts, written);
  }
  sealed.forEach(releaseBytes);
}

function failed(call: number, stream: number, thrown: unknown): MillAnswer {
  // What was sealed and not written cannot be sealed again: the file is lost.
  files.delete(stream);
  const { message, code, errno, syscall } = thrown as NodeJS.ErrnoException;
  return { call, failure: { message, code, errno, syscall } };
}

parentPort?.on('message', (request: MillRequest) => {
  let answer: MillAnswer;
  try {
    answer = work(request);
  } catch (thrown) {
    answer = failed(request.call, request.stream, thrown);
  }
  parentPort?.postMessage(answer, answer.returned ? [answer.returned.buffer] : []);
});
