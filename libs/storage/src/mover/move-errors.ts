import { asHoldfastError, HoldfastError } from '#kernel';
import { asStorageError } from '../storage-errors.ts';
import type { MillError } from './move-mill.adapter.ts';

/** What a move ends with, or does next, when something is wrong. */
export interface MoveFault {
  code: string;
  message: string;
  /** conflict: somebody else was at the object, who wins. damage: the object is not what its row says. restart: a new copy may be right. */
  kind: 'conflict' | 'damage' | 'restart' | 'failed';
  /** Whether more moves between these tiers would fail just so. */
  stopsPair: boolean;
}

export function fault(kind: MoveFault['kind'], code: string, message: string): MoveFault {
  return { kind, code, message, stopsPair: false };
}

/** Reads what the system or a check refused while copying or reading back. */
export function asMoveFault(thrown: unknown, doing: string): MoveFault {
  const { phase, code } = thrown as Partial<MillError>;
  if (phase === 'open' && code === 'ELOOP')
    return fault('conflict', 'STORAGE_MOVE_NOT_A_FILE', 'A link lies where the object should.');
  // The page cache cannot be trusted after a failed fsync (https://wiki.postgresql.org/wiki/Fsync_Errors): only a new file can be.
  if (phase === 'sync' && code === 'EIO')
    return fault('restart', 'STORAGE_IO', `The system failed to make bytes durable ${doing}.`);
  const error = thrown instanceof HoldfastError ? thrown : phase ? asStorageError(thrown, doing) : asHoldfastError(thrown);
  const stopsPair = error.code === 'STORAGE_FULL' || error.code === 'STORAGE_TIER_NOT_READY' || code === 'EROFS';
  return { kind: 'failed', code: error.code, message: error.message, stopsPair };
}

/** Nobody of this organisation has such an object. */
export function objectNotFound(objectId: string): HoldfastError {
  return new HoldfastError('STORAGE_OBJECT_NOT_FOUND', {
    kind: 'not-found',
    message: `There is no object ${objectId}.`,
    action: 'Name an object of this organisation; `./holdfast tiers explain ASSET` knows those of an asset.',
    values: { objectId },
  });
}
