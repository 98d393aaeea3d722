import { HoldfastError } from '#kernel';
import type { TextPlace } from './domain/text-parts.ts';

/** Whether a text cannot be opened only for now: the keys are sealed or out of reach. */
export function keysAreAway(error: HoldfastError | null): boolean {
  return error !== null && error.kind === 'unavailable' && error.code.startsWith('KEYS_');
}

/** A text that is stored does not open, or is not this asset's. */
export function textDamaged({ assetId, source }: TextPlace, cause?: unknown): HoldfastError {
  return new HoldfastError('MEDIA_TEXT_DAMAGED', {
    kind: 'unavailable',
    message: `The ${source} text of the asset ${assetId} is damaged: it does not open any more.`,
    action: 'Run the text step of the asset again, or restore the database from a backup.',
    values: { assetId, source },
    cause,
  });
}

/** While a text was sealed its asset came to belong to somebody else: the job is done again, for the new owner. */
export function textOwnerChanged({ assetId, source }: TextPlace): HoldfastError {
  return new HoldfastError('MEDIA_TEXT_OWNER_CHANGED', {
    kind: 'unavailable',
    message: `The asset ${assetId} was handed over while its ${source} text was sealed.`,
    action: 'It is sealed again for its new owner at the next try.',
    values: { assetId, source },
    retryAfterSeconds: 1,
  });
}
