import { HoldfastError } from '#kernel';

/**
 * One request at a time may write to an upload. Held in memory: all uploads come through the one api process, and a process that
 * dies takes its locks along, so that resuming after a crash never waits.
 */
export class UploadLocks {
  readonly #held = new Set<string>();

  /** Runs work while holding an upload. Throws UPLOAD_LOCKED where another request does. */
  async holding<Result>(uploadId: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#held.has(uploadId))
      throw new HoldfastError('UPLOAD_LOCKED', {
        kind: 'locked',
        message: 'Another request is sending bytes of this upload.',
        action: 'Wait until it has ended, ask for the offset, and go on from there.',
        retryAfterSeconds: 1,
      });
    this.#held.add(uploadId);
    try {
      return await work();
    } finally {
      this.#held.delete(uploadId);
    }
  }

  isHeld(uploadId: string): boolean {
    return this.#held.has(uploadId);
  }
}
