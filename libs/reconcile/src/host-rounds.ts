import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { loggerFor } from '#telemetry';
import { ChangeCourse } from './change-course.ts';
import { DomainWatch } from './domain-watch.ts';
import { HostJournal } from './host-journal.ts';
import { ReconcilerRegistry } from './reconciler-registry.ts';

const logger = loggerFor('reconcile');

/** How often what is open is settled, and how often hosts are held against what is in force. Others in tests only. */
@Injectable()
export class RoundTimes {
  settleMs = 2_000;
  lookMs = 45_000;
}

/** Finishes what is open and looks at drift, again and again, one round at a time. */
@Injectable()
export class HostRounds implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private lookedAt = Number.NEGATIVE_INFINITY;
  private isStopped = false;

  constructor(
    @Inject(ChangeCourse) private readonly course: ChangeCourse,
    @Inject(DomainWatch) private readonly watch: DomainWatch,
    @Inject(HostJournal) private readonly journal: HostJournal,
    @Inject(ReconcilerRegistry) private readonly registry: ReconcilerRegistry,
    @Inject(RoundTimes) private readonly times: RoundTimes,
  ) {}

  onApplicationBootstrap(): void {
    this.next();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private next(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.go().finally(() => this.next());
    }, this.times.settleMs).unref();
  }

  /** Never throws: a database that is away is back in a later round. */
  private async go(): Promise<void> {
    try {
      const settled = await this.course.settle();
      const isDue = performance.now() - this.lookedAt > this.times.lookMs;
      const touched = new Set(settled.map(({ domain }) => domain));
      if (isDue) this.lookedAt = performance.now();
      for (const reconciler of this.registry.all())
        if (isDue || touched.has(reconciler.domain)) await this.watch.tell(reconciler);
      if (isDue || settled.length > 0) await this.journal.mirror();
    } catch (error) {
      logger.warn({ err: error }, 'What is open on the host could not be settled; it is tried again');
    }
  }
}
