import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { SystemDatabase } from '#database';
import { newId, runAs } from '#kernel';
import { loggerFor } from '#telemetry';

/** A worker that starts has better things to do at first; where the keys are away it is tried again after as long. */
const afterMs = 120_000;

/**
 * Seals what was stored before it was sealed from the start: once, in the background, in worker processes. Killed in between, it goes on with the rest at the next start;
 * several at once do no harm.
 */
export abstract class SealingFromBefore implements OnApplicationBootstrap, OnApplicationShutdown {
  protected readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  /** What is sealed, as logs and the audit call it. */
  protected abstract readonly subject: string;
  protected abstract readonly system: SystemDatabase;

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.running;
  }

  /** Seals all that is plain in every organisation; answers how much. What cannot be sealed is passed over. Throws KEYS_SEALED and KEYS_UNAVAILABLE. */
  async seal(): Promise<number> {
    const actor = { kind: 'system' as const, id: this.subject, label: `sealing of old ${this.subject}` };
    const organisations = await this.system.run((sql) => sql.rows<{ id: string }>('SELECT id FROM organisation ORDER BY id'));
    let sealed = 0;
    for (const { id: organisationId } of organisations)
      await runAs({ organisationId, actor, permissions: new Set(), requestId: newId() }, async () => {
        sealed += await this.sealOrganisation();
      });
    if (sealed > 0)
      loggerFor(this.subject).info(
        { sealed },
        'What is from before is sealed now; what the database kept of texts goes as docs/guides/keys.md says',
      );
    return sealed;
  }

  /** Seals what the current context's organisation has; answers how much. */
  protected abstract sealOrganisation(): Promise<number>;

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.seal().catch((error) => {
        loggerFor(this.subject).warn({ err: error }, 'What is from before could not be sealed; it is tried again');
        if (!this.stopping.signal.aborted) this.schedule();
      });
    }, afterMs).unref();
  }
}
