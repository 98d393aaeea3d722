import { Inject, Injectable } from '@nestjs/common';
import type { QueueName } from '#manifest';
import type { LoadMinute } from '#scaling';
import { loggerFor } from '#telemetry';
import { QueueLoadRepository } from './queue-load.repository.ts';

const logger = loggerFor('queue load');
const flushEveryMs = 30_000;
const minuteMs = 60_000;
/** What the scaler calls "of late". */
export const recentSeconds = 300;

interface Finish {
  endedMs: number;
  askedMs: number;
  seconds: number;
}

/** Measures what jobs of this process take, and writes it down by the minute in which they were asked for. */
@Injectable()
export class LoadMeter {
  private unwritten = new Map<string, LoadMinute & { queue: string }>();
  private readonly finishes = new Map<QueueName, Finish[]>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(QueueLoadRepository) private readonly repository: QueueLoadRepository) {}

  start(): void {
    this.timer = setInterval(() => void this.flush(), flushEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** An attempt ended; only the first of a job counts as a job, each counts as work. */
  count(queue: QueueName, askedAt: Date, attempt: number, seconds: number): void {
    const askedMs = askedAt.getTime();
    const atMs = Math.floor(askedMs / minuteMs) * minuteMs;
    const key = `${queue} ${atMs}`;
    const entry = this.unwritten.get(key) ?? { queue, atMs, jobs: 0, busySeconds: 0 };
    entry.jobs += attempt === 1 ? 1 : 0;
    entry.busySeconds += seconds;
    this.unwritten.set(key, entry);
    this.finishes.set(queue, [...this.recentOf(queue), { endedMs: Date.now(), askedMs, seconds }]);
  }

  /** What ended here of late: how long it took, and how many of it also came of late. */
  recent(queue: QueueName): { meanSeconds: number | undefined; came: number } {
    const ended = this.recentOf(queue);
    const fromMs = Date.now() - recentSeconds * 1000;
    const total = ended.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      meanSeconds: ended.length > 0 ? total / ended.length : undefined,
      came: ended.filter(({ askedMs }) => askedMs >= fromMs).length,
    };
  }

  /** Writes what was counted; what cannot be written now is tried again with the next. */
  async flush(): Promise<void> {
    if (this.unwritten.size === 0) return;
    const minutes = this.unwritten;
    this.unwritten = new Map();
    try {
      await this.repository.add([...minutes.values()]);
    } catch (error) {
      logger.debug({ err: error }, 'The load of the queues is written later');
      for (const [key, { jobs, busySeconds, ...minute }] of minutes) {
        const newer = this.unwritten.get(key);
        this.unwritten.set(key, {
          ...minute,
          jobs: jobs + (newer?.jobs ?? 0),
          busySeconds: busySeconds + (newer?.busySeconds ?? 0),
        });
      }
    }
  }

  private recentOf(queue: QueueName): Finish[] {
    const fromMs = Date.now() - recentSeconds * 1000;
    return (this.finishes.get(queue) ?? []).filter(({ endedMs }) => endedMs >= fromMs);
  }
}
