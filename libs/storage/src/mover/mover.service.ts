import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type Clock, newId } from '#kernel';
import { loggerFor } from '#telemetry';
import { CLOCK } from '../storage.tokens.ts';
import { instantOf, type Plan } from './domain/plan.ts';
import type { RunTally } from './move-executor.ts';
import type { RecoveryReport } from './move-recovery.ts';
import { MoverParts } from './mover.parts.ts';
import { MoverLock } from './mover-lock.repository.ts';
import { MoverPlanner } from './mover-planner.ts';
import { type MoverRun, MoverRunRepository, type RunOrigin } from './mover-run.repository.ts';
import { PressureWatch } from './pressure-watch.adapter.ts';

const logger = loggerFor('mover');

/** Moves objects between tiers. One run at a time in the process, one process at a time on the machine. */
@Injectable()
export class MoverService implements OnApplicationShutdown {
  private readonly watch: PressureWatch;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(MoverParts) readonly parts: MoverParts,
    @Inject(MoverPlanner) private readonly planner: MoverPlanner,
    @Inject(MoverRunRepository) private readonly runs: MoverRunRepository,
    @Inject(MoverLock) private readonly lock: MoverLock,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.watch = new PressureWatch(parts.rate);
  }

  /** Takes up what a process that died has left. Throws STORAGE_MOVER_BUSY while another process moves. */
  recover(): Promise<RecoveryReport> {
    return this.alone(async () => {
      await this.runs.endAbandoned(this.clock.now());
      return this.parts.recovery.run();
    });
  }

  /** Carries out a run that was asked for, if its plan still is what was looked at. */
  runAsked(run: MoverRun, signal?: AbortSignal): Promise<RunTally> {
    return this.alone(async () => {
      await this.parts.recovery.run();
      const instant = instantOf(run.digest);
      const plan = instant && (await this.planner.plan(instant, true));
      if (plan?.digest === run.digest) return this.carryOut(run.id, plan, signal);
      const stopped = {
        code: 'STORAGE_PLAN_CHANGED',
        message: 'The plan would be another by now; nothing was moved. Look at it again.',
      };
      await this.runs.end(run.id, this.clock.now(), stopped);
      return { doneMoves: 0, doneBytes: 0, failedMoves: 0, stopped };
    });
  }

  /** Plans and does what is due at this hour. Answers undefined where nothing is. */
  runDue(signal?: AbortSignal): Promise<{ plan: Plan; tally: RunTally } | undefined> {
    return this.alone(async () => {
      await this.parts.recovery.run();
      const plan = await this.planner.plan(this.clock.now(), false);
      if (plan.moves.length === 0) return undefined;
      const origin: RunOrigin = plan.moves.some(({ rule }) => rule === 'age') ? 'window' : 'pressure';
      const { id } = await this.runs.add(newId(), plan, origin, 'system', this.clock.now());
      return { plan, tally: await this.carryOut(id, plan, signal) };
    });
  }

  /** Removes old copies whose time has come; answers how many. */
  removeSources(signal?: AbortSignal): Promise<number> {
    return this.alone(() => this.parts.removal.run(signal));
  }

  async onApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.queue.catch(() => {});
    await this.parts.mill.close();
  }

  private async carryOut(id: string, plan: Plan, signal: AbortSignal | undefined): Promise<RunTally> {
    await this.runs.start(id, this.clock.now());
    this.watch.start();
    try {
      const options = {
        runId: id,
        onProgress: (tally: RunTally) => this.runs.progress(id, tally),
        ...(signal ? { signal } : {}),
      };
      const tally = await this.parts.executor.run(plan.moves, options);
      await this.runs.progress(id, tally);
      const stopped =
        tally.stopped ?? (signal?.aborted ? { code: 'STORAGE_MOVER_ENDED', message: 'The process was asked to end.' } : null);
      await this.runs.end(id, this.clock.now(), stopped);
      logger.info({ run: id, ...tally }, 'A run of the mover has ended');
      return tally;
    } finally {
      this.watch.stop();
    }
  }

  /** After what this process is doing, and while no other moves. */
  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.queue
      .catch(() => {})
      .then(() => this.lock.hold(work))
      .finally(() => this.parts.mill.close());
    this.queue = turn;
    return turn;
  }
}
