import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fdatasync as fdatasyncByCallback,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  read as readByCallback,
  write as writeByCallback,
} from 'node:fs';
import { promisify } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { alignedMemory } from '../aligned-memory.ts';
import type { MillAnswer, MillTask, Phase } from './move-mill.adapter.ts';

// Copies and reads back whole files, one after the other, so that the event loop of the process stays free. While one chunk is hashed here,
// the system reads the next, writes this one and brings earlier ones to the disk.

const chunkBytes = 1_048_576;
const zeroStep = 65_536;
/** Bytes that wait for the disk before it is set to work: the last sync is then short. */
const syncStep = 33_554_432;
const chunks = [alignedMemory(chunkBytes), alignedMemory(chunkBytes)] as const;
const zeros = Buffer.alloc(zeroStep);
/** 0: most KiB per second of one thread, or 0 for no limit; 1: a cell to sleep on. */
const pace = new Int32Array(workerData as SharedArrayBuffer);
const [read, write, fdatasync] = [promisify(readByCallback), promisify(writeByCallback), promisify(fdatasyncByCallback)];

let phase: Phase = 'open';

/** Waits as long as the bytes since `startedAt` should have taken. */
function keepPace(bytes: number, startedAt: number): void {
  const limit = Atomics.load(pace, 0);
  if (limit === 0) return;
  const aheadMs = (bytes / 1024 / limit) * 1000 - (performance.now() - startedAt);
  if (aheadMs > 1) Atomics.wait(pace, 1, 0, Math.min(aheadMs, 1000));
}

/** Does something of a phase; what it throws says of which. */
async function within<Result>(of: Phase, work: Promise<Result>): Promise<Result> {
  return work.catch((thrown: Error) => {
    throw Object.assign(thrown, { phase: of });
  });
}

/** Of two that go on at a time, neither is left behind: their file may be closed after this. */
async function allOf<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function readAll(
  fd: number,
  take: (bytes: Uint8Array, position: number) => Promise<void>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  const startedAt = performance.now();
  const readAt = async (turn: number, position: number) => {
    const chunk = chunks[turn % 2] as Uint8Array;
    const { bytesRead } = await within('read', read(fd, chunk, 0, chunk.length, position));
    return chunk.subarray(0, bytesRead);
  };
  let [bytes, turn] = [0, 0];
  for (let part = await readAt(turn, 0); part.length > 0; ) {
    turn += 1;
    const [taken, next] = [take(part, bytes), readAt(turn, bytes + part.length)];
    hash.update(part);
    bytes += part.length;
    [, part] = await allOf(taken, next);
    keepPace(bytes, startedAt);
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function writeAll(fd: number, part: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < part.length; ) {
    const { bytesWritten } = await within('write', write(fd, part, done, part.length - done, position + done));
    done += bytesWritten;
  }
}

/** Leaves out what is zero, so that holes stay holes. */
async function writeSparse(fd: number, part: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < part.length; at += zeroStep) {
    const step = part.subarray(at, at + zeroStep);
    if (Buffer.compare(step, zeros.subarray(0, step.length)) !== 0) await writeAll(fd, step, position + at);
  }
}

/** Has the disk write what a growing file has so far, beside everything else; `end` waits for it. */
function writingBehind(fd: number) {
  let [syncedTo, syncing] = [0, Promise.resolve()];
  let isBusy = false;
  return {
    grownTo(bytes: number): void {
      if (isBusy || bytes - syncedTo < syncStep) return;
      [isBusy, syncedTo] = [true, bytes];
      syncing = allOf(syncing, within('sync', fdatasync(fd))).then(() => {
        isBusy = false;
      });
      // Whoever waits for the end is told.
      syncing.catch(() => {});
    },
    end: () => syncing,
  };
}

function identityOf(fd: number) {
  const { ino, size, mtimeNs, ctimeNs, nlink } = fstatSync(fd, { bigint: true });
  return { inode: String(ino), bytes: Number(size), mtimeNs: String(mtimeNs), ctimeNs: String(ctimeNs), links: Number(nlink) };
}

async function readAndWrite(from: number, to: number, writePart: typeof writeAll): Promise<{ bytes: number; sha256: string }> {
  const behind = writingBehind(to);
  try {
    return await readAll(from, async (part, position) => {
      await writePart(to, part, position);
      behind.grownTo(position + part.length);
    });
  } finally {
    await behind.end();
  }
}

/** Copies a file with its owner, mode and times into a new one, and makes that durable. */
async function copy({ source, target }: Extract<MillTask, { kind: 'copy' }>): Promise<Partial<MillAnswer>> {
  phase = 'open';
  const from = openSync(source, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const before = identityOf(from);
    const { uid, gid, mode, atimeMs, mtimeMs, size, blocks } = fstatSync(from);
    phase = 'create';
    const to = openSync(target, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      const isSparse = blocks * 512 < size;
      const writePart = isSparse ? writeSparse : writeAll;
      const { bytes, sha256 } = await readAndWrite(from, to, writePart);
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
async function verify({ path }: Extract<MillTask, { kind: 'verify' }>): Promise<Partial<MillAnswer>> {
  phase = 'open';
  const { fd, readBack } = openDirect(path);
  try {
    const before = identityOf(fd);
    return { ...(await readAll(fd, async () => {})), readBack, inode: before.inode, source: before };
  } finally {
    closeSync(fd);
  }
}

parentPort?.on('message', async ({ call, task }: { call: number; task: MillTask }) => {
  try {
    const answer = task.kind === 'copy' ? await copy(task) : await verify(task);
    parentPort?.postMessage({ call, ...answer });
  } catch (thrown) {
    const { message, code, errno, syscall, phase: of = phase } = thrown as NodeJS.ErrnoException & { phase?: Phase };
    parentPort?.postMessage({ call, failure: { message, code, errno, syscall, phase: of } });
  }
});
