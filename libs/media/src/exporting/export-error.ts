import { HoldfastError } from '#kernel';

/** A folder that took no more bytes: EXPORT_FOLDER_FULL, EXPORT_FILE_TOO_LARGE, or EXPORT_FOLDER_UNWRITABLE with what the system says. */
export function writeFailed(folder: string, cause: NodeJS.ErrnoException): HoldfastError {
  // FAT takes 4 GiB less a byte; the other files still fit.
  if (cause.code === 'EFBIG')
    return new HoldfastError('EXPORT_FILE_TOO_LARGE', {
      kind: 'too-large',
      message: `The file system of ${folder} takes no file as large as this one.`,
      action: 'Export it to a disk with another file system, such as exFAT or ext4.',
      cause,
    });
  const isFull = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
  return new HoldfastError(isFull ? 'EXPORT_FOLDER_FULL' : 'EXPORT_FOLDER_UNWRITABLE', {
    kind: isFull ? 'storage-full' : 'invalid',
    message: isFull ? `There is no more room in ${folder}.` : `${folder} cannot be written to: ${cause.message}`,
    action: isFull
      ? 'Make room and run the same command again: it goes on where it was.'
      : 'Give a folder that this account may write to.',
    cause,
  });
}

/** Runs work that writes into a folder; what the system says against it becomes `writeFailed`. */
export async function writingTo<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : writeFailed(folder, cause as NodeJS.ErrnoException);
  }
}

/** Whether an export cannot go on after this, whatever the next file is. */
export function endsExport({ code }: HoldfastError): boolean {
  return code.startsWith('EXPORT_FOLDER');
}

/** A stored original whose bytes are not what they were. */
export function originalDamaged({ id, name, sha256 }: { id: string; name: string; sha256: string }): HoldfastError {
  return new HoldfastError('EXPORT_ORIGINAL_DAMAGED', {
    kind: 'corrupted',
    message: `The original of ${name} is damaged on the disk: its bytes are not those of SHA-256 ${sha256.slice(0, 12)}….`,
    action: `Restore it from a backup; the asset is ${id}.`,
  });
}

/** A file of a sealed export that is not what was sealed. */
export function fileDamaged(name: string, id: string, what: string): HoldfastError {
  return new HoldfastError(what === 'missing' ? 'EXPORT_FILE_MISSING' : 'EXPORT_FILE_DAMAGED', {
    kind: 'corrupted',
    message: what === 'missing' ? `The file of ${name} is not in the export.` : `The file of ${name} is damaged: ${what}`,
    action: `Take objects/${id.slice(0, 2)}/${id} from a copy of the export, or export again.`,
  });
}
