import { type ErrorKind, HoldfastError } from '#kernel';

const anew =
  'Put config.git and secrets/generations back from a backup; or move both away, and the next start begins a new history.';

/** Why generations of the manifest cannot be read or written, each with what to do next. */
const reasons = {
  GENERATIONS_GIT_MISSING: ['unavailable', 'Run apt-get install git.'],
  GENERATIONS_NOT_A_REPOSITORY: ['corrupted', anew],
  GENERATIONS_DAMAGED: ['corrupted', anew],
  GENERATIONS_TAMPERED: ['corrupted', `See ./holdfast config verify. ${anew}`],
  GENERATIONS_KEY_MISSING: ['unavailable', anew],
  GENERATIONS_UNUSABLE: ['forbidden', 'Run the command as the owner of the appliance, or with sudo.'],
  GENERATIONS_BUSY: ['locked', 'Somebody else changes the configuration right now; try again in a moment.'],
  GENERATION_NOT_FOUND: ['not-found', 'See ./holdfast config history.'],
  CONFIG_DRIFTED: [
    'conflict',
    'Look at it with ./holdfast config drift; then ./holdfast config adopt --reason R, or ./holdfast config restore --reason R.',
  ],
  CONFIG_GENERATION_STALE: ['conflict', 'Look at the configuration as it is now, and make the change again.'],
  CONFIG_FILE_CHANGED: ['conflict', 'Nothing was written; look at the file and run the command again.'],
  CONFIG_FILE_UNWRITABLE: ['forbidden', 'Run the command as the owner of the file, or with sudo.'],
  CONFIG_REASON_MISSING: ['invalid', 'Say why: --reason "more memory for the database".'],
} as const satisfies Record<string, readonly [ErrorKind, string]>;

/** An error about generations or the file that they are of. */
export function generationError(code: keyof typeof reasons, message: string, cause?: unknown): HoldfastError {
  const [kind, action] = reasons[code];
  return new HoldfastError(code, { kind, message, action, cause });
}
