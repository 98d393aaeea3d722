import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '#kernel';
import { loggerFor } from '#telemetry';
import { CLOCK } from '../storage.tokens.ts';
import { type CountedReads, ObjectReadRepository } from './object-read.repository.ts';

const logger = loggerFor('object-reads');
const everyMs = 60_000;
/** Objects counted between two writes: beyond it further ones are let go, which only makes them look a little less used. */
const mostObjects = 100_000;

/** Counts who reads what, so that what is used stays near. Costs a map entry per object, and one statement a minute. */
@Injectable()
export class ObjectReads implements OnApplicationBootstrap, OnApplicationShutdown {
  private counted = new Map<string, CountedReads>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ObjectReadRepository) private readonly repository: ObjectReadRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Notes that an object was opened by somebody; never waits and never throws. */
  note(organisationId: string, objectId: string): void {
    const known = this.counted.get(objectId);
    if (known) {
      known.reads += 1;
      known.lastReadAt = this.clock.now();
    } else if (this.counted.size < mostObjects)
      this.counted.set(objectId, { organisationId, objectId, reads: 1, lastReadAt: this.clock.now() });
  }

  /** Writes down what was counted. What cannot be written now is written with the next. */
  async flush(): Promise<void> {
    if (this.counted.size === 0) return;
    const counted = this.counted;
    this.counted = new Map();
    try {
      await this.repository.add([...counted.values()]);
    } catch (err) {
      logger.warn({ err }, 'Reads of objects could not be written down yet');
      for (const reads of counted.values()) this.putBack(reads);
    }
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private putBack(reads: CountedReads): void {
    const known = this.counted.get(reads.objectId);
    if (known) known.reads += reads.reads;
    else if (this.counted.size < mostObjects) this.counted.set(reads.objectId, reads);
  }
}
