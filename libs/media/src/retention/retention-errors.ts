import { HoldfastError } from '#kernel';

const lookAgain = 'Look at the preview again and repeat its digest.';

/** A digest that no preview gave. */
export function previewInvalid(digest: string): HoldfastError {
  return new HoldfastError('RETENTION_PREVIEW_INVALID', {
    kind: 'invalid',
    message: `${digest} names no preview.`,
    action: lookAgain,
    values: { digest },
  });
}

/** A preview that nobody has in mind any more. */
export function previewStale(): HoldfastError {
  return new HoldfastError('RETENTION_PREVIEW_STALE', {
    kind: 'conflict',
    message: 'The preview was made more than ten minutes ago.',
    action: lookAgain,
  });
}

/** A preview that would be another by now. */
export function previewChanged(): HoldfastError {
  return new HoldfastError('RETENTION_PREVIEW_CHANGED', {
    kind: 'conflict',
    message: 'Something else would be deleted than the preview showed: policies, holds or the trash have changed since.',
    action: lookAgain,
  });
}

/** Less time than a class must be kept. */
export function daysTooFew(name: string, days: number, least: number): HoldfastError {
  return new HoldfastError('RETENTION_TOO_SHORT', {
    kind: 'unprocessable',
    message: `${name} is kept for ${least} days at least; ${days} are too few.`,
    action: `Give ${least} days or more, or keep it for ever.`,
    values: { class: name, days, least },
  });
}

/** The process ends before the run does. */
export function runInterrupted(): HoldfastError {
  return new HoldfastError('RETENTION_INTERRUPTED', {
    kind: 'unavailable',
    message: 'The process was asked to end; the run goes on in the next.',
  });
}

/** One run deletes at a time. */
export function runActive(): HoldfastError {
  return new HoldfastError('RETENTION_RUN_ACTIVE', {
    kind: 'conflict',
    message: 'A run is deleting already.',
    action: 'Wait until it has ended; `./holdfast retention show` says how far it is.',
  });
}

/** The trash holds another number of assets than the asker saw. */
export function trashChanged(expected: number, found: number): HoldfastError {
  return new HoldfastError('TRASH_CHANGED', {
    kind: 'conflict',
    message: `${found} assets would be deleted for good, not ${expected}.`,
    action: 'Look at the trash again and give the number that you see.',
    values: { expected, found },
  });
}

export function runNotFound(id: string): HoldfastError {
  return new HoldfastError('RETENTION_RUN_NOT_FOUND', { kind: 'not-found', message: `There is no run ${id}.` });
}

export function holdNotFound(id: string): HoldfastError {
  return new HoldfastError('HOLD_NOT_FOUND', { kind: 'not-found', message: `There is no legal hold ${id}.` });
}

/** A released hold does not come back. */
export function holdReleased(name: string): HoldfastError {
  return new HoldfastError('HOLD_RELEASED', {
    kind: 'conflict',
    message: `The hold “${name}” was released.`,
    action: 'Place a new one.',
  });
}

/** A hold that would hold nothing. */
export function holdEmpty(): HoldfastError {
  return new HoldfastError('HOLD_EMPTY', {
    kind: 'unprocessable',
    message: 'None of these assets is there.',
    action: 'Give ids of assets of this organisation.',
  });
}
