import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** A log that grows over this many bytes starts anew; one earlier part is kept. */
const largestBytes = 32 * 1024 * 1024;

/**
 * Keeps logs from filling the disk. Their writers hold them open in append mode, so truncating is enough; lines written between
 * copying and truncating are lost, which a log can bear.
 */
export function limitLogs(folder: string): void {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.log'))) {
    const file = join(folder, name);
    if (statSync(file).size <= largestBytes) continue;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }
}
