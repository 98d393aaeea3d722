import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { loggerFor } from '#telemetry';
import { ObjectSweeper } from './object-sweeper.ts';

const logger = loggerFor('objects');
const hourMs = 3_600_000;
/** A worker that starts has better things to do at first. */
const firstAfterMs = 600_000;
const longestTimerMs = 2_147_483_647;

/** Sweeps objects every so many hours. Worker processes only; several at once do no harm. */
@Injectable()
export class ObjectSweepTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ObjectSweeper) private readonly sweeper: ObjectSweeper,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(firstAfterMs);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.running;
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep();
    }, afterMs).unref();
  }

  private async sweep(): Promise<void> {
    await this.sweeper.sweep({ signal: this.stopping.signal }).catch((error) => {
      logger.warn({ err: error }, 'Objects could not be swept; it is tried again at the next turn');
    });
    if (!this.stopping.signal.aborted) this.schedule(Math.min(this.appliance.objects.sweepEveryHours * hourMs, longestTimerMs));
  }
}
