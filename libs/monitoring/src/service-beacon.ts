import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { figuresOfWorker, workerFiguresKey } from '#allocation';
import { APPLIANCE } from '#database';
import { type Appliance, readEnvironment } from '#manifest';
import { EventPublisher } from '#queue';
import { type SandboxLevel, sandboxLevel } from '#sandbox';
import { productVersion } from './product-version.ts';

const everyMs = 4000;
const ttlSeconds = 12;

/** What a running process says of itself. */
export interface ServiceSign {
  name: string;
  pid: number;
  version: string;
  startedAt: number;
  memoryBytes: number;
  /** How strong the walls are that it builds around parsers. */
  sandbox?: Pick<SandboxLevel, 'level' | 'reason'>;
}

/** Redis key of a process's sign of life. */
export function signKey(name: string): string {
  return `holdfast:service:${name}`;
}

/** A worker's sign of life for the system page, and what it was started with; both end by themselves when the process does. */
@Injectable()
export class ServiceBeacon implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly startedAt = Date.now();

  constructor(
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.shine(), everyMs);
    void this.shine();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async shine(): Promise<void> {
    const name = readEnvironment().workerName;
    const sign: ServiceSign = {
      name,
      pid: process.pid,
      version: productVersion(),
      startedAt: this.startedAt,
      memoryBytes: process.memoryUsage.rss(),
      sandbox: await sandboxLevel(),
    };
    await this.events.remember(signKey(name), JSON.stringify(sign), ttlSeconds);
    await this.events.remember(workerFiguresKey(name), JSON.stringify(figuresOfWorker(this.appliance, name)), ttlSeconds);
  }
}
