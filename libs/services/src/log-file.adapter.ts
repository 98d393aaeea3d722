import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { readLogLine } from './domain/log-line.ts';
import type { LogPage, LogQuery } from './service-host.ts';

/** At most this much of a file is read at once, from its end. */
const longestReadBytes = 524_288;

/** Reads the end of a log file, or what was written after a cursor (`INODE-OFFSET`); a file that began anew is read from its beginning. */
export function readLogFile(file: string, { lines, after }: LogQuery): LogPage {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'Nothing was written yet.' : `${file} cannot be read: ${(error as Error).message}`;
    return { lines: [], cursor: null, source: file, reason };
  }
  try {
    const { ino, size } = fstatSync(descriptor);
    const start = startOf(after, ino, size);
    const buffer = Buffer.alloc(Math.min(size - start.offset, longestReadBytes));
    const begin = start.isCursor ? start.offset : Math.max(0, size - buffer.length);
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, begin));
    // A line that is being written is shown when it is whole; one that is cut off at the front, not at all.
    const first = begin === 0 || start.isCursor ? 0 : bytes.indexOf(0x0a) + 1;
    const last = bytes.lastIndexOf(0x0a) + 1;
    const texts = bytes.subarray(first, Math.max(first, last)).toString().split('\n').slice(0, -1);
    const shown = texts.filter((text) => text !== '').slice(-lines);
    return { lines: shown.map(readLogLine), cursor: `${ino}-${begin + last}`, source: file, reason: null };
  } finally {
    closeSync(descriptor);
  }
}

function startOf(after: string | undefined, ino: number, size: number): { offset: number; isCursor: boolean } {
  const [, inode, offset] = /^(\d{1,20})-(\d{1,15})$/.exec(after ?? '') ?? [];
  if (inode === undefined) return { offset: 0, isCursor: false };
  const isSame = Number(inode) === ino && Number(offset) <= size;
  const from = isSame ? Number(offset) : 0;
  return size - from > longestReadBytes ? { offset: 0, isCursor: false } : { offset: from, isCursor: true };
}
