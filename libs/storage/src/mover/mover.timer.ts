import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { loggerFor } from '#telemetry';
import { ClockTasks } from '../clock-tasks.ts';
import { isStorageWorker } from '../storage-worker.ts';
import { MoverService } from './mover.service.ts';
import { MoverRunRepository } from './mover-run.repository.ts';

const secondMs = 1000;
const minuteMs = 60_000;

/** Moves by the clock what is due, at once what somebody asks for, and removes old copies. Workers with the role storage. */
@Injectable()
export class MoverTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly tasks = new ClockTasks(loggerFor('mover'));

  constructor(
    @Inject(MoverService) private readonly mover: MoverService,
    @Inject(MoverRunRepository) private readonly runs: MoverRunRepository,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onApplicationBootstrap(): void {
    if (!isStorageWorker(this.appliance)) return;
    const recover = async () => {
      await this.mover.recover();
    };
    this.tasks.start(recover, [
      { everyMs: 2 * secondMs, run: () => this.runAsked() },
      { everyMs: 5 * minuteMs, run: () => this.runDue() },
      { everyMs: minuteMs, run: () => this.removeSources() },
    ]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tasks.stop();
  }

  private async runAsked(): Promise<void> {
    for (const run of await this.runs.waiting()) await this.mover.runAsked(run, this.tasks.signal);
  }

  private async runDue(): Promise<void> {
    if (this.appliance.mover.enabled) await this.mover.runDue(this.tasks.signal);
  }

  private async removeSources(): Promise<void> {
    await this.mover.removeSources(this.tasks.signal);
  }
}
