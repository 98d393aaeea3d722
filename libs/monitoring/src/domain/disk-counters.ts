/** What a block device has done since the machine started. */
export interface DiskCounters {
  readBytes: number;
  writtenBytes: number;
  /** Milliseconds in which it had something to do. */
  busyMs: number;
}

/** A sector of /proc/diskstats has 512 bytes, whatever the disk's own have. */
const sectorBytes = 512;

/** Reads /proc/diskstats (Documentation/admin-guide/iostats.rst) by `major:minor`. */
export function parseDiskCounters(text: string): Map<string, DiskCounters> {
  const counters = new Map<string, DiskCounters>();
  for (const line of text.split('\n')) {
    const [major, minor, , , , read, , , , written, , , busy] = line.trim().split(/\s+/);
    if (busy === undefined) continue;
    counters.set(`${major}:${minor}`, {
      readBytes: Number(read) * sectorBytes,
      writtenBytes: Number(written) * sectorBytes,
      busyMs: Number(busy),
    });
  }
  return counters;
}

/** `major:minor` of a file system's device number as stat(2) gives it (gnu_dev_major and gnu_dev_minor). */
export function deviceName(device: number): string {
  const number = BigInt(device);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & ~0xfffn);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
