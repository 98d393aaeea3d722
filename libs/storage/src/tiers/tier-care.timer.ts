import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Clock } from '#kernel';
import type { Appliance } from '#manifest';
import { loggerFor, tierFreeBytes, tierReady } from '#telemetry';
import { ClockTasks } from '../clock-tasks.ts';
import { hoursAfter } from '../mover/domain/policy.ts';
import { isWithin } from '../mover/domain/window.ts';
import { Reconciler } from '../mover/reconciler.ts';
import { Scrubber } from '../mover/scrubber.ts';
import { ObjectReadRepository } from '../reads/object-read.repository.ts';
import { CLOCK } from '../storage.tokens.ts';
import { isStorageWorker } from '../storage-worker.ts';
import { TierRepository } from './tier.repository.ts';
import { TierSet } from './tier-set.ts';

const logger = loggerFor('tiers');
const minuteMs = 60_000;
const scrubEveryMs = 30 * minuteMs;
const readsKeptHours = 24 * 8;

/** Takes tiers into use, measures them, reads objects back in their time and lists strays. Workers with the role storage. */
@Injectable()
export class TierCareTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly tasks = new ClockTasks(logger);

  constructor(
    @Inject(TierSet) private readonly tiers: TierSet,
    @Inject(TierRepository) private readonly rows: TierRepository,
    @Inject(Scrubber) private readonly scrubber: Scrubber,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
    @Inject(ObjectReadRepository) private readonly reads: ObjectReadRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onApplicationBootstrap(): void {
    if (!isStorageWorker(this.appliance)) return;
    this.tasks.start(
      () => this.begin(),
      [
        { everyMs: 10 * minuteMs, run: () => this.measure() },
        { everyMs: scrubEveryMs, run: () => this.scrub() },
        { everyMs: 24 * 60 * minuteMs, run: () => this.reconcile() },
      ],
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tasks.stop();
  }

  private async begin(): Promise<void> {
    for (const { settings, state, reason } of await this.tiers.claim())
      if (state !== 'ready') logger.error({ tier: settings.name, state }, reason ?? 'A tier is not ready');
    await this.measure();
  }

  private async measure(): Promise<void> {
    const at = this.clock.now();
    for (const { settings, state, room } of await this.tiers.lookAll()) {
      const labels = { tier: settings.name };
      tierReady.set(labels, state === 'ready' ? 1 : 0);
      if (room) tierFreeBytes.set(labels, room.freeBytes);
      if (state === 'ready' && room) await this.rows.addSample(settings.name, at, room);
    }
  }

  /** As much as the declared rate allows until the next turn, in the window only. */
  private async scrub(): Promise<void> {
    const { window, scrub } = this.appliance.mover;
    if (!isWithin(window, this.clock.now())) return;
    await this.scrubber.run({ mostBytes: scrub.bytesPerSecond * (scrubEveryMs / 1000), signal: this.tasks.signal });
  }

  private async reconcile(): Promise<void> {
    const { strays, strayBytes } = await this.reconciler.run(this.tasks.signal);
    if (strays > 0)
      logger.warn({ strays, strayBytes }, 'Files lie on tiers that no row knows; ./holdfast tiers status lists them');
    await this.reads.drop(hoursAfter(this.clock.now(), -readsKeptHours));
  }
}
