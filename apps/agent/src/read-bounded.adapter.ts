import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const mostBytes = 262_144;

/** The text of a file that another account may have put there. Throws for a link, a pipe, a file that others may write, and one that is too large. */
export function readBounded(file: string): string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new Error(`${file} is no file`);
    if ((found.mode & 0o022) !== 0) throw new Error(`${file} may be written by others than its owner`);
    const bytes = Buffer.alloc(mostBytes + 1);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (length > mostBytes) throw new Error(`${file} is larger than ${mostBytes} bytes`);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}
