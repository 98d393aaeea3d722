import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asHoldfastError, HoldfastError } from '#kernel';
import type { Accepted } from '../ingest/arrival.ts';
import { type FoundFile, findFiles } from './find-files.adapter.ts';

/** What has come of an import so far. */
export interface ImportTally {
  newFiles: number;
  /** Their bytes were assets already. */
  knownFiles: number;
  /** New ones that are kept but cannot be read; also counted as new. */
  unsupportedFiles: number;
  failedFiles: number;
  /** Of new and known files. */
  bytes: number;
  /** The first hundred failures. */
  failures: { path: string; code: string; message: string }[];
}

export interface FolderImportOptions {
  folder: string;
  signal: AbortSignal;
  importFile(found: FoundFile, signal: AbortSignal): Promise<Accepted>;
  /** Files to take; all where left out. */
  select?: (found: FoundFile) => boolean;
  /** Called after each file, with the outcome or why there is none. */
  onFile?: (found: FoundFile, outcome: Accepted | HoldfastError) => void;
}

/** Files in hand at a time: enough that small ones share their fsyncs. */
const lanes = 6;
const mostFailures = 100;
const worldRetries = 10;
const retryAfterMs = 2000;

export function emptyTally(): ImportTally {
  return { newFiles: 0, knownFiles: 0, unsupportedFiles: 0, failedFiles: 0, bytes: 0, failures: [] };
}

/** Files of a folder as an import sees them, named below the folder's own name. */
export function filesOf(
  folder: string,
  report?: (path: Buffer, error: NodeJS.ErrnoException) => void,
): AsyncGenerator<FoundFile> {
  const root = resolve(folder);
  return findFiles(Buffer.from(root), Buffer.from(basename(root)), report);
}

/**
 * Imports what is in a folder, once, and adds what came of it to the tally. A file that fails is counted and passed over; what would fail for
 * every file (no room, no database after twenty seconds) ends the import. Throws that, or nothing when `signal` ends it early.
 */
export async function importFolder(tally: ImportTally, options: FolderImportOptions): Promise<void> {
  const { folder, signal, select = () => true } = options;
  const files = filesOf(folder, (path, error) => noteFailure(tally, path, folderUnreadable(error)));
  let fatal: HoldfastError | undefined;
  const lane = async () => {
    for (;;) {
      if (signal.aborted || fatal) return;
      const { value: found, done } = await files.next();
      if (done) return;
      if (!select(found)) continue;
      const outcome = await attempt(found, options);
      if (signal.aborted && !('assetId' in outcome)) return;
      note(tally, found, outcome);
      options.onFile?.(found, outcome);
      if (!('assetId' in outcome) && isFatal(outcome)) fatal ??= outcome;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (fatal) throw fatal;
}

async function attempt(found: FoundFile, { importFile, signal }: FolderImportOptions): Promise<Accepted | HoldfastError> {
  for (let retry = 0; ; retry++) {
    try {
      return await importFile(found, signal);
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      if (error.code !== 'DATABASE_UNAVAILABLE' || retry >= worldRetries || signal.aborted) return error;
      await sleep(retryAfterMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** Whether every further file would meet the same. */
function isFatal({ kind, code }: HoldfastError): boolean {
  return kind === 'storage-full' || kind === 'forbidden' || code === 'STORAGE_IO' || code === 'DATABASE_UNAVAILABLE';
}

function note(tally: ImportTally, found: FoundFile, outcome: Accepted | HoldfastError): void {
  if (!('assetId' in outcome)) {
    noteFailure(tally, found.path, outcome);
    return;
  }
  tally.bytes += found.sizeBytes;
  if (outcome.isDuplicate) tally.knownFiles += 1;
  else tally.newFiles += 1;
  if (!outcome.isDuplicate && outcome.state === 'unsupported') tally.unsupportedFiles += 1;
}

function noteFailure(tally: ImportTally, path: Buffer, { code, message }: HoldfastError): void {
  tally.failedFiles += 1;
  if (tally.failures.length < mostFailures) tally.failures.push({ path: path.toString(), code, message });
}

function folderUnreadable(cause: NodeJS.ErrnoException): HoldfastError {
  return new HoldfastError('IMPORT_FOLDER_UNREADABLE', {
    kind: 'unprocessable',
    message: `The folder cannot be read: ${cause.message}`,
    action: 'Give this account the right to read it.',
    cause,
  });
}
