import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { alignedMemory } from '../aligned-memory.ts';
import type { MillAnswer, MillTask, Phase } from './move-mill.adapter.ts';

// Copies and reads back whole files, one after the other, so that the event loop of the process stays free.

const chunkBytes = 1_048_576;
const zeroStep = 65_536;
const chunk = alignedMemory(chunkBytes);
const zeros = Buffer.alloc(zeroStep);
/** 0: most KiB per second of one thread, or 0 for no limit; 1: a cell to sleep on. */
const pace = new Int32Array(workerData as SharedArrayBuffer);

let phase: Phase = 'open';

/** Waits as long as the bytes since `startedAt` should have taken. */
function keepPace(bytes: number, startedAt: number): void {
  const limit = Atomics.load(pace, 0);
  if (limit === 0) return;
  const aheadMs = (bytes / 1024 / limit) * 1000 - (performance.now() - startedAt);
  if (aheadMs > 1) Atomics.wait(pace, 1, 0, Math.min(aheadMs, 1000));
}

function readAll(fd: number, take: (bytes: Uint8Array, position: number) => void): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  const startedAt = performance.now();
  let bytes = 0;
  for (;;) {
    phase = 'read';
    const count = readSync(fd, chunk, 0, chunk.length, bytes);
    if (count === 0) return { bytes, sha256: hash.digest('hex') };
    const part = chunk.subarray(0, count);
    hash.update(part);
    phase = 'write';
    take(part, bytes);
    bytes += count;
    keepPace(bytes, startedAt);
  }
}

function writeAll(fd: number, part: Uint8Array, position: number): void {
  for (let done = 0; done < part.length; ) done += writeSync(fd, part, done, part.length - done, position + done);
}

/** Leaves out what is zero, so that holes stay holes. */
function writeSparse(fd: number, part: Uint8Array, position: number): void {
  for (let at = 0; at < part.length; at += zeroStep) {
    const step = part.subarray(at, at + zeroStep);
    if (Buffer.compare(step, zeros.subarray(0, step.length)) !== 0) writeAll(fd, step, position + at);
  }
}

function identityOf(fd: number) {
  const { ino, size, mtimeNs, ctimeNs, nlink } = fstatSync(fd, { bigint: true });
  return { inode: String(ino), bytes: Number(size), mtimeNs: String(mtimeNs), ctimeNs: String(ctimeNs), links: Number(nlink) };
}

/** Copies a file with its owner, mode and times into a new one, and makes that durable. */
function copy({ source, target }: Extract<MillTask, { kind: 'copy' }>): Partial<MillAnswer> {
  phase = 'open';
  const from = openSync(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const before = identityOf(from);
    const { uid, gid, mode, atimeMs, mtimeMs, size, blocks } = fstatSync(from);
    phase = 'create';
    const to = openSync(target, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      const isSparse = blocks * 512 < size;
      const write = isSparse ? writeSparse : writeAll;
      const { bytes, sha256 } = readAll(from, (part, position) => write(to, part, position));
      if (isSparse) ftruncateSync(to, bytes);
      if (process.getuid?.() === 0) fchownSync(to, uid, gid);
      fchmodSync(to, mode & 0o7777);
      futimesSync(to, atimeMs / 1000, mtimeMs / 1000);
      phase = 'sync';
      fsyncSync(to);
      phase = 'read';
      return { sha256, source: before, after: identityOf(from), inode: identityOf(to).inode };
    } finally {
      closeSync(to);
    }
  } finally {
    closeSync(from);
  }
}

function openDirect(path: string): { fd: number; readBack: 'direct' | 'cached' } {
  try {
    return { fd: openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECT), readBack: 'direct' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    return { fd: openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW), readBack: 'cached' };
  }
}

/** Reads a file from the disk, past the page cache where the file system can. */
function verify({ path }: Extract<MillTask, { kind: 'verify' }>): Partial<MillAnswer> {
  phase = 'open';
  const { fd, readBack } = openDirect(path);
  try {
    const before = identityOf(fd);
    return { ...readAll(fd, () => {}), readBack, inode: before.inode, source: before };
  } finally {
    closeSync(fd);
  }
}

parentPort?.on('message', ({ call, task }: { call: number; task: MillTask }) => {
  try {
    const answer = task.kind === 'copy' ? copy(task) : verify(task);
    parentPort?.postMessage({ call, ...answer });
  } catch (thrown) {
    const { message, code, errno, syscall } = thrown as NodeJS.ErrnoException;
    parentPort?.postMessage({ call, failure: { message, code, errno, syscall, phase } });
  }
});
