import { createHash, type Hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { MillAnswer, MillRequest } from './byte-mill.adapter.ts';

// Hashes and writes what the other side hands over, one batch after the other; the event loop of the process stays free meanwhile.

interface Followed {
  hash: Hash;
  bytes: number;
}

const followed = new Map<number, Followed>();

function work(request: MillRequest): MillAnswer {
  const { call, stream } = request;
  if (request.kind === 'write') {
    const { fd, position, bytes, isHashed } = request;
    if (isHashed) follow(stream, position, bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
    return { call, returned: bytes };
  }
  if (request.kind === 'digest') return { call, sha256: knownUpTo(stream, request.bytes).hash.copy().digest('hex') };
  followed.delete(stream);
  return { call };
}

function follow(stream: number, position: number, bytes: Uint8Array): void {
  const known = knownUpTo(stream, position);
  known.hash.update(bytes);
  known.bytes += bytes.length;
}

/** The hash of a file's first `bytes`. Throws where this thread has not seen all of them: another had begun the file, and died. */
function knownUpTo(stream: number, bytes: number): Followed {
  const known = followed.get(stream) ?? { hash: createHash('sha256'), bytes: 0 };
  if (known.bytes !== bytes) throw new Error(`${known.bytes} of ${bytes} bytes were hashed`);
  followed.set(stream, known);
  return known;
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
