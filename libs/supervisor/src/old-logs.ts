import { existsSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Part of a log that nobody writes to any more. */
export interface OldLog {
  name: string;
  bytes: number;
  /** When its last line was written, or a little later. */
  endedAt: Date;
}

/** `api.log.20261121T235959Z`; also the single earlier part that appliances kept before, `api.log.1`. A log that is written to is never one. */
const partName = /^[a-z][a-z0-9-]*\.log\.(?:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z|1)$/;

/** The name of a part of a log that ends now. */
export function partOf(log: string, now: Date): string {
  return `${log}.${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Parts of logs that were set aside, oldest first. */
export function listOldLogs(folder: string): OldLog[] {
  if (!existsSync(folder)) return [];
  const parts = readdirSync(folder).flatMap((name) => {
    const match = partName.exec(name);
    if (!match) return [];
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    return found?.isFile() ? [{ name, bytes: found.size, endedAt: endOf(match) ?? found.mtime }] : [];
  });
  return parts.sort((left, right) => left.endedAt.getTime() - right.endedAt.getTime() || (left.name < right.name ? -1 : 1));
}

/** Removes parts of logs by their names; answers those that were there. A name that is none is left alone. */
export function removeOldLogs(folder: string, names: readonly string[]): string[] {
  return names.filter((name) => partName.test(name) && remove(join(folder, name)));
}

/** Two processes may be at it. */
function remove(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function endOf([, year, month, day, hour, minute, second]: RegExpExecArray): Date | undefined {
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
