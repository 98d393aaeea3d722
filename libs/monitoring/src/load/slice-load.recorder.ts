import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { asHoldfastError, type Clock, systemClock } from '#kernel';
import { loggerFor } from '#telemetry';
import { MinuteSums, type SliceMinute } from '../domain/slice-minute.ts';
import { BoxSampler } from '../sampling/box-sampler.ts';
import { SliceLoadRepository } from './slice-load.repository.ts';

const logger = loggerFor('telemetry');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Minutes show what happened lately; hours show a year, and five weeks more, so that its beginning is seen twice. */
const minuteDays = 35;
const hourDays = 400;
/** While the database is away, minutes wait, but not for ever. */
const mostWaiting = 2000;

/** Writes down what slices do: minutes as they end, hours every hour. */
@Injectable()
export class SliceLoadRecorder implements OnApplicationBootstrap {
  private readonly sums = new MinuteSums();
  private readonly clock: Clock = systemClock;
  private waiting: SliceMinute[] = [];
  private rolledUpTo = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(BoxSampler) private readonly sampler: BoxSampler,
    @Inject(SliceLoadRepository) private readonly repository: SliceLoadRepository,
  ) {}

  onApplicationBootstrap(): void {
    this.sampler.record((sample) => {
      const ended = this.sums.add(sample);
      if (ended.length === 0) return;
      this.waiting = [...this.waiting, ...ended].slice(-mostWaiting);
      this.writing = this.writing.then(() => this.write());
    });
  }

  private async write(): Promise<void> {
    const minutes = this.waiting;
    try {
      await this.repository.write(minutes);
      this.waiting = this.waiting.filter((minute) => !minutes.includes(minute));
      await this.rollUp();
    } catch (error) {
      logger.debug({ err: asHoldfastError(error) }, 'The load of slices waits to be written down');
    }
  }

  private async rollUp(): Promise<void> {
    const now = this.clock.now().getTime();
    if (Math.floor(now / hourMs) === this.rolledUpTo) return;
    // What an earlier process left undone within a day is made up for.
    const since = this.rolledUpTo === 0 ? now - dayMs : now - 2 * hourMs;
    await this.repository.rollUp(new Date(since), new Date(now - minuteDays * dayMs), new Date(now - hourDays * dayMs));
    this.rolledUpTo = Math.floor(now / hourMs);
  }
}
