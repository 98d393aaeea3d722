import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from '#manifest';

/** Three looks before systemd loses patience: one slow answer is no hang. */
const looksPerPatience = 3;

/** What a service says of itself, and how it finds out. */
export interface Notices {
  /** Asks the database over this process's own connections. An error is an answer; only silence is none. */
  probe(): Promise<unknown>;
  /** Told when an answer did not come in time. */
  onSilence(waitedMs: number): void;
}

/**
 * Tells whoever started this process that it is ready, that it lives, and that it stops: systemd by sd_notify(3), `./holdfast up` by a message. A sign of life needs
 * the event loop and an answer of the database, so that a process that only looks alive is ended and started again.
 */
export class ServiceNotice {
  private readonly notices: Notices;
  private readonly environment = readEnvironment();
  private timer: NodeJS.Timeout | undefined;

  constructor(notices: Notices) {
    this.notices = notices;
  }

  /** Says that it is ready; the signs of life begin. */
  ready(): void {
    process.send?.({ ready: true });
    this.tell('READY=1', 'STATUS=Ready');
    const { watchdogMs } = this.environment;
    if (watchdogMs === undefined) return;
    const everyMs = watchdogMs / looksPerPatience;
    this.timer = setInterval(() => void this.look(everyMs), everyMs);
  }

  /** Says that it ends what it does and takes on nothing more. */
  stopping(): void {
    clearInterval(this.timer);
    this.tell('STOPPING=1', 'STATUS=Finishing what it does');
  }

  private async look(everyMs: number): Promise<void> {
    const answered = this.notices.probe().then(
      () => 'Ready',
      (error: Error) => `Ready, but the database says: ${error.message.split('\n')[0]}`,
    );
    const status = await Promise.race([answered, sleep(everyMs, undefined, { ref: false })]);
    if (status === undefined) this.notices.onSilence(everyMs);
    else this.tell('WATCHDOG=1', `STATUS=${status}`);
  }

  /** One datagram. When systemd does not take it there is nobody to tell; silence is what it would notice. */
  private tell(...states: string[]): void {
    const { notifyDescriptor } = this.environment;
    if (notifyDescriptor === undefined) return;
    try {
      writeSync(notifyDescriptor, states.join('\n'));
    } catch {
      // Systemd started anew, and its socket with it: the next one to be started is told on that.
    }
  }
}
