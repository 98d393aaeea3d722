import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance, QueueName } from '#manifest';
import { type DemandProfile, demandProfile, Scaler, type Wish } from '#scaling';
import { loggerFor } from '#telemetry';
import { EventPublisher } from './event-publisher.ts';
import { LoadMeter, recentSeconds } from './load-meter.ts';
import { QueueLoadRepository } from './queue-load.repository.ts';
import type { QueueSlots } from './queue-slots.ts';

const logger = loggerFor('scaling');
const everyMs = 10_000;
const learnEveryMs = 3_600_000;
const learntDays = 28;

/** Key under which the slots of a queue are told to the queues page. */
export const slotsKey = (queue: QueueName) => `holdfast:slots:${queue}`;

/** Holds the queues of this process at as many jobs at a time as their declared strategy wants. */
@Injectable()
export class QueueScaler {
  private readonly scaled = new Map<QueueName, { held: QueueSlots; scaler: Scaler }>();
  private readonly profiles = new Map<QueueName, { learntMs: number; profile: DemandProfile }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(QueueLoadRepository) private readonly repository: QueueLoadRepository,
    @Inject(LoadMeter) private readonly meter: LoadMeter,
    @Inject(EventPublisher) private readonly events: EventPublisher,
  ) {}

  /** From now on; queues without a strategy stay as they are. */
  start(slots: ReadonlyMap<QueueName, QueueSlots>): void {
    for (const [queue, held] of slots) {
      const { scaling, concurrency } = this.appliance.queues[queue];
      if (scaling && scaling.strategy !== 'fixed') this.scaled.set(queue, { held, scaler: new Scaler(scaling, concurrency) });
    }
    if (this.scaled.size > 0) this.timer = setInterval(() => void this.scale(), everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.scaled.clear();
  }

  /** Asks every strategy once. While the database is away everything stays as it is. */
  async scale(): Promise<void> {
    try {
      const depths = await this.repository.depths(recentSeconds);
      for (const [queue, { held, scaler }] of this.scaled) {
        const { meanSeconds, came } = this.meter.recent(queue);
        const depth = depths.get(queue) ?? { waiting: 0, running: 0, oldestWaitSeconds: 0, recent: 0 };
        const state = { ...depth, atMs: Date.now(), meanSeconds, jobsPerSecond: (depth.recent + came) / recentSeconds };
        const wish = scaler.next(state, {
          declared: this.appliance.queues[queue].concurrency,
          profile: await this.profileOf(queue),
        });
        await this.hold(queue, held, wish);
      }
    } catch (error) {
      logger.debug({ err: error }, 'The queues cannot be looked at now; their concurrency stays');
    }
  }

  private async hold(queue: QueueName, held: QueueSlots, { slots, reason }: Wish): Promise<void> {
    if (held.size !== slots) logger.info({ queue, from: held.size, to: slots, reason }, 'Another number of jobs at a time');
    held.resize(slots);
    await this.events.remember(slotsKey(queue), JSON.stringify({ slots, reason }), (3 * everyMs) / 1000);
  }

  private async profileOf(queue: QueueName): Promise<DemandProfile | undefined> {
    if (this.appliance.queues[queue].scaling?.strategy !== 'predictive') return undefined;
    const known = this.profiles.get(queue);
    if (known && Date.now() - known.learntMs < learnEveryMs) return known.profile;
    const from = new Date(Date.now() - learntDays * 86_400_000);
    const profile = demandProfile((await this.repository.since(from, queue)).get(queue) ?? []);
    this.profiles.set(queue, { learntMs: Date.now(), profile });
    return profile;
  }
}
