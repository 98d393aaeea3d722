import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { asHoldfastError, type Clock } from '#kernel';
import { type Appliance, readEnvironment } from '#manifest';
import { loggerFor } from '#telemetry';
import { ObjectReadRepository } from '../reads/object-read.repository.ts';
import { CLOCK } from '../storage.tokens.ts';
import { TierRepository } from '../tiers/tier.repository.ts';
import { TierSet } from '../tiers/tier-set.ts';
import { hoursAfter } from './domain/policy.ts';
import { isWithin } from './domain/window.ts';
import { MoverService } from './mover.service.ts';
import { MoverRunRepository } from './mover-run.repository.ts';
import { Reconciler } from './reconciler.ts';
import { Scrubber } from './scrubber.ts';

const logger = loggerFor('mover');
const secondMs = 1000;
const minuteMs = 60_000;
const readsKeptHours = 24 * 8;
const samplesKeptHours = 24 * 400;

interface Task {
  everyMs: number;
  run(): Promise<void>;
}

/** What a worker process with the role storage does by the clock: claim tiers, move, check, measure. */
@Injectable()
export class MoverTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private isRecovered = false;

  constructor(
    @Inject(TierSet) private readonly tiers: TierSet,
    @Inject(TierRepository) private readonly tierRows: TierRepository,
    @Inject(MoverService) private readonly mover: MoverService,
    @Inject(MoverRunRepository) private readonly runs: MoverRunRepository,
    @Inject(Scrubber) private readonly scrubber: Scrubber,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
    @Inject(ObjectReadRepository) private readonly reads: ObjectReadRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onApplicationBootstrap(): void {
    const { workerName } = readEnvironment();
    const worker = this.appliance.workers.find(({ name }) => name === workerName);
    if (!worker?.roles.includes('storage')) return;
    const tasks: Task[] = [
      { everyMs: 2 * secondMs, run: () => this.runAsked() },
      { everyMs: 5 * minuteMs, run: () => this.runDue() },
      { everyMs: minuteMs, run: () => this.removeSources() },
      { everyMs: 10 * minuteMs, run: () => this.measure() },
      { everyMs: 30 * minuteMs, run: () => this.scrub() },
      { everyMs: 24 * 60 * minuteMs, run: () => this.reconcile() },
    ];
    this.track(this.begin(tasks));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.allSettled(this.running);
  }

  private async begin(tasks: readonly Task[]): Promise<void> {
    await this.attempt('Tiers could not be claimed', async () => {
      for (const { settings, state, reason } of await this.tiers.claim())
        if (state !== 'ready') logger.error({ tier: settings.name, state }, reason ?? 'A tier is not ready');
    });
    for (const task of tasks) this.schedule(task, Math.min(task.everyMs, minuteMs));
  }

  private async runAsked(): Promise<void> {
    await this.recoverOnce();
    for (const run of await this.runs.waiting()) await this.mover.runAsked(run, this.stopping.signal);
  }

  private async runDue(): Promise<void> {
    if (this.appliance.mover.enabled) await this.mover.runDue(this.stopping.signal);
  }

  private async removeSources(): Promise<void> {
    await this.recoverOnce();
    await this.mover.removeSources(this.stopping.signal);
  }

  /** Until it has worked: another process may be moving, or the database not be there yet. */
  private async recoverOnce(): Promise<void> {
    if (this.isRecovered) return;
    const { waiting } = await this.mover.recover();
    this.isRecovered = waiting === 0;
  }

  private async measure(): Promise<void> {
    const at = this.clock.now();
    for (const { settings, state, room } of await this.tiers.lookAll())
      if (state === 'ready' && room) await this.tierRows.addSample(settings.name, at, room);
  }

  /** As much as the declared rate allows until the next turn, in the window only. */
  private async scrub(): Promise<void> {
    const { window, scrub } = this.appliance.mover;
    if (!isWithin(window, this.clock.now())) return;
    await this.scrubber.run({ mostBytes: scrub.bytesPerSecond * 1800, signal: this.stopping.signal });
  }

  private async reconcile(): Promise<void> {
    const { strays, strayBytes } = await this.reconciler.run(this.stopping.signal);
    if (strays > 0)
      logger.warn({ strays, strayBytes }, 'Files lie on tiers that no row knows; ./holdfast tiers status lists them');
    const now = this.clock.now();
    await this.reads.drop(hoursAfter(now, -readsKeptHours));
    await this.tierRows.dropSamples(hoursAfter(now, -samplesKeptHours));
  }

  private schedule(task: Task, afterMs: number): void {
    if (this.stopping.signal.aborted) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.track(
        this.attempt('What a storage worker does by the clock failed', task.run).then(() => this.schedule(task, task.everyMs)),
      );
    }, afterMs).unref();
    this.timers.add(timer);
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    await work().catch((thrown) => {
      const error = asHoldfastError(thrown);
      // Another process moves, or the database is away for a moment: the next turn does it.
      if (error.kind === 'locked' || error.kind === 'unavailable') logger.debug({ err: error }, what);
      else logger.warn({ err: error }, what);
    });
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((err) => logger.warn({ err }, 'A storage worker could not begin'))
      .finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }
}
