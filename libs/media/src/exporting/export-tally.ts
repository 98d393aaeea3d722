import { asHoldfastError, type HoldfastError } from '#kernel';
import { endsExport } from './export-error.ts';
import type { ExportOutcome } from './export-target.ts';

/** What came of an export, or of opening one. */
export interface ExportTally {
  writtenFiles: number;
  /** They were there already, byte for byte. */
  thereFiles: number;
  failedFiles: number;
  /** Of written files. */
  bytes: number;
  /** The first hundred failures. */
  failures: { id: string; name: string; code: string; message: string }[];
}

/** What all files of an export have. */
export interface TalliedFile {
  id: string;
  name: string;
  sizeBytes: number;
}

/** How files are gone through. */
export interface TallyOrder<File extends TalliedFile> {
  files: AsyncGenerator<File>;
  write(file: File): Promise<ExportOutcome>;
  signal: AbortSignal;
  /** Called after each file; with an error where it failed. */
  onFile?: ((file: File, error?: HoldfastError) => void) | undefined;
}

/** Files in hand at a time: while one waits for the disk, another is read. */
const lanes = 3;
const mostFailures = 100;

/** A tally of nothing. */
export function newTally(): ExportTally {
  return { writtenFiles: 0, thereFiles: 0, failedFiles: 0, bytes: 0, failures: [] };
}

/**
 * Writes files and counts into `tally`. What fails is counted and passed over, but for a full or unwritable folder: that is thrown once the files in hand
 * have ended. Answers early when `signal` says so.
 */
export async function writeAll<File extends TalliedFile>(tally: ExportTally, order: TallyOrder<File>): Promise<void> {
  let fatal: HoldfastError | undefined;
  const lane = async () => {
    while (!order.signal.aborted && !fatal) {
      const { value: file, done } = await order.files.next();
      if (done) return;
      const error = await writeOne(tally, file, order.write);
      order.onFile?.(file, error);
      if (error && endsExport(error)) fatal ??= error;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (fatal) throw fatal;
}

async function writeOne<File extends TalliedFile>(
  tally: ExportTally,
  file: File,
  write: (file: File) => Promise<ExportOutcome>,
): Promise<HoldfastError | undefined> {
  try {
    if ((await write(file)) === 'there') tally.thereFiles += 1;
    else {
      tally.writtenFiles += 1;
      tally.bytes += file.sizeBytes;
    }
    return undefined;
  } catch (thrown) {
    const error = asHoldfastError(thrown);
    const { code, message } = error;
    tally.failedFiles += 1;
    if (tally.failures.length < mostFailures) tally.failures.push({ id: file.id, name: file.name, code, message });
    return error;
  }
}
