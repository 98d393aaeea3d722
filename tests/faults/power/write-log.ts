/** One request that reached a device. */
export interface LogEntry {
  /** Where it starts on the device, in bytes. */
  offset: number;
  /** How many bytes it writes or discards. */
  length: number;
  /** Everything that was complete before this request is durable from here on. */
  isFlush: boolean;
  /** This request itself is durable once complete. */
  isForced: boolean;
  isDiscard: boolean;
  /** Where its data lies in the log, in bytes. */
  dataAt: number;
}

/** A recorded order of requests, as far as the log said it reached. */
export interface WriteLog {
  sectorBytes: number;
  entries: LogEntry[];
}

/** Reads so many bytes of the log from a position on. */
export type ReadLog = (position: number, length: number) => Buffer;

const magic = 0x6a736677736872n;
const version = 1n;
/** Position and size of the count of entries in the superblock. */
export const entryCountAt = 16;
const headerBytes = 32;
const [flush, forced, discard] = [1n, 2n, 4n];

/**
 * Reads a log as the kernel's dm-log-writes and QEMU's blklogwrites make it (Documentation/admin-guide/device-mapper/log-writes.rst,
 * drivers/md/dm-log-writes.c): a superblock, then per request one sector of header and its data. Throws where it is no such log.
 */
export function parseWriteLog(read: ReadLog): WriteLog {
  const head = read(0, headerBytes);
  if (head.length < headerBytes || head.readBigUInt64LE(0) !== magic)
    throw new Error('This is no log of writes: its first bytes are others.');
  if (head.readBigUInt64LE(8) !== version)
    throw new Error(`This log has version ${head.readBigUInt64LE(8)}; known is ${version}.`);
  const count = Number(head.readBigUInt64LE(entryCountAt));
  const sectorBytes = head.readUInt32LE(24);
  if (sectorBytes < 512 || sectorBytes % 512 !== 0) throw new Error(`This log has sectors of ${sectorBytes} bytes.`);
  const entries: LogEntry[] = [];
  let position = sectorBytes;
  for (let index = 0; index < count; index += 1) {
    const entry = parseEntry(read(position, headerBytes), position, sectorBytes, index);
    entries.push(entry);
    position = entry.dataAt + (entry.isDiscard ? 0 : entry.length);
  }
  return { sectorBytes, entries };
}

function parseEntry(header: Buffer, position: number, sectorBytes: number, index: number): LogEntry {
  if (header.length < headerBytes) throw new Error(`The log ends before request ${index}, which it counts.`);
  const flags = header.readBigUInt64LE(16);
  return {
    offset: Number(header.readBigUInt64LE(0)) * sectorBytes,
    length: Number(header.readBigUInt64LE(8)) * sectorBytes,
    isFlush: (flags & flush) !== 0n,
    isForced: (flags & forced) !== 0n,
    isDiscard: (flags & discard) !== 0n,
    dataAt: position + sectorBytes,
  };
}
