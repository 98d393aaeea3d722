import { createHash, type Hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { MillAnswer, MillRequest } from './byte-mill.adapter.ts';

// Hashes and writes what the other side hands over, one batch after the other; the event loop of the process stays free meanwhile.

const hashes = new Map<number, Hash>();

function work(request: MillRequest): MillAnswer {
  const { call, stream } = request;
  if (request.kind === 'write') {
    const { fd, position, bytes, isHashed } = request;
    if (isHashed) hashOf(stream).update(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
    return { call, returned: bytes };
  }
  if (request.kind === 'digest') return { call, sha256: hashOf(stream).copy().digest('hex') };
  hashes.delete(stream);
  return { call };
}

function hashOf(stream: number): Hash {
  const known = hashes.get(stream);
  if (known) return known;
  const hash = createHash('sha256');
  hashes.set(stream, hash);
  return hash;
}

function failed(call: number, thrown: unknown): MillAnswer {
  const { message, code, errno, syscall } = thrown as NodeJS.ErrnoException;
  return { call, failure: { message, code, errno, syscall } };
}

parentPort?.on('message', (request: MillRequest) => {
  let answer: MillAnswer;
  try {
    answer = work(request);
  } catch (thrown) {
    answer = failed(request.call, thrown);
  }
  parentPort?.postMessage(answer, answer.returned ? [answer.returned.buffer] : []);
});
