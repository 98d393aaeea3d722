import { HoldfastError } from '#kernel';

const noRoom = new Set(['ENOSPC', 'EDQUOT']);

/** A refusal for want of room, before or while writing. */
export function storageFull(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('STORAGE_FULL', {
    kind: 'storage-full',
    message,
    action: 'Free space on the file system of the objects (or lower ingest.minFreeBytes), then send the file again.',
    retryAfterSeconds: 60,
    cause,
  });
}

/** A file system's error as ours: no room is STORAGE_FULL, anything else STORAGE_IO with the system's code in `values`. */
export function asStorageError(cause: unknown, doing: string): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code !== undefined && noRoom.has(code)) return storageFull(`There is no room left ${doing}.`, cause);
  return new HoldfastError('STORAGE_IO', {
    kind: 'unavailable',
    message: `The storage failed ${doing}: ${message}`,
    action: 'Look at the disk (`dmesg`, SMART) and at the permissions of the data folder.',
    values: { systemCode: code },
    cause,
  });
}

/** The bytes of an object are not where the database says they are. */
export function objectMissing(sha256: string, cause?: unknown): HoldfastError {
  return new HoldfastError('STORAGE_OBJECT_MISSING', {
    kind: 'unavailable',
    message: `The bytes ${sha256.slice(0, 12)}… are not on the storage.`,
    action: 'Check that the data folder is mounted; otherwise restore the object from a backup.',
    values: { sha256 },
    cause,
  });
}

/** The bytes on the disk are not those that were stored. */
export function objectDamaged(sha256: string, cause?: unknown): HoldfastError {
  return new HoldfastError('STORAGE_OBJECT_DAMAGED', {
    kind: 'unavailable',
    message: `The bytes ${sha256.slice(0, 12)}… are damaged on the storage: they do not open any more.`,
    action:
      'Run `holdfast tiers scrub`, which repairs from another copy where there is one; otherwise restore the object from a backup.',
    values: { sha256 },
    cause,
  });
}

/** A row names a tier that the manifest does not declare. */
export function tierUnknown(tier: string): HoldfastError {
  return new HoldfastError('STORAGE_TIER_UNKNOWN', {
    kind: 'unavailable',
    message: `There are objects on a tier “${tier}” that the manifest does not declare.`,
    action: 'Declare it again under `tiers`; it may go once nothing lies on it any more.',
    values: { tier },
  });
}

/** Whether an error is the system's own, with its code. */
export function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'errno' in thrown && 'syscall' in thrown;
}
