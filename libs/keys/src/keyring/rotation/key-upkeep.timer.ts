import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { KeyUpkeep } from './key-upkeep.ts';

const hourMs = 3_600_000;
/** Soon, because rotations may have been interrupted; not at once, because starting has other things to do. */
const firstAfterMs = 60_000;

/** Looks after the keys every hour. Worker processes only; several at once do no harm. */
@Injectable()
export class KeyUpkeepTimer implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isStopping = false;

  constructor(@Inject(KeyUpkeep) private readonly upkeep: KeyUpkeep) {}

  onApplicationBootstrap(): void {
    this.schedule(firstAfterMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.upkeep.run().then(() => {
        if (!this.isStopping) this.schedule(hourMs);
      });
    }, afterMs).unref();
  }
}
