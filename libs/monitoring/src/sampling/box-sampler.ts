import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { loadBetween, parseCpuTimes } from '#allocation';
import { APPLIANCE } from '#database';
import { asHoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { loggerFor } from '#telemetry';
import { BoxPaths } from '../box-paths.ts';
import { type Look, sampleBetween } from '../domain/box-sample.ts';
import { readText } from '../hardware/read-text.adapter.ts';
import type { BoxSample } from '../http/telemetry.contract.ts';
import { CardReader } from './card-reader.ts';
import { lookAt } from './look.adapter.ts';

const logger = loggerFor('telemetry');

/** While somebody listens, and while nobody does. */
const liveMs = 1000;
const quietMs = 15_000;
/** Whoever asks within this time is told the same. */
const freshMs = 900;
const firstSpanMs = 250;

type Listener = (sample: BoxSample) => void;
interface Seen {
  look: Look;
  cpus: ReturnType<typeof parseCpuTimes>;
}

/** Measures the box for all who want to know: once a second while somebody listens, four times a minute otherwise. */
@Injectable()
export class BoxSampler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listeners = new Set<Listener>();
  private readonly recorders = new Set<Listener>();
  private seen: Seen | undefined;
  private latest: BoxSample | undefined;
  private measuring: Promise<BoxSample> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = true;

  constructor(
    @Inject(BoxPaths) private readonly paths: BoxPaths,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(CardReader) private readonly cards: CardReader,
  ) {}

  onApplicationBootstrap(): void {
    this.isStopped = false;
    this.schedule(quietMs);
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Told of each sample, of which there is one a second as long as anybody listens. Answers how to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.schedule(0);
    return () => this.listeners.delete(listener);
  }

  /** Told of each sample without causing more of them. */
  record(recorder: Listener): void {
    this.recorders.add(recorder);
  }

  /** The box as it is now. */
  current(): Promise<BoxSample> {
    if (this.latest && Date.now() - Date.parse(this.latest.at) < freshMs) return Promise.resolve(this.latest);
    this.measuring ??= this.measure().finally(() => {
      this.measuring = undefined;
    });
    return this.measuring;
  }

  /** The newest sample that there is, however old. */
  get newest(): BoxSample | undefined {
    return this.latest;
  }

  private schedule(afterMs: number): void {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.turn(), afterMs).unref();
  }

  private async turn(): Promise<void> {
    const startedMs = performance.now();
    await this.current().catch((error) => logger.warn({ err: asHoldfastError(error) }, 'The box could not be measured'));
    const everyMs = this.listeners.size > 0 ? liveMs : quietMs;
    this.schedule(Math.max(50, everyMs - (performance.now() - startedMs)));
  }

  private async measure(): Promise<BoxSample> {
    if (!this.seen) {
      this.seen = await this.look();
      await new Promise((settle) => setTimeout(settle, firstSpanMs));
    }
    const before = this.seen;
    const after = await this.look();
    const sample = sampleBetween(before.look, after.look, loadBetween(before.cpus, after.cpus));
    this.seen = after;
    this.latest = sample;
    for (const told of [...this.listeners, ...this.recorders]) told(sample);
    return sample;
  }

  private async look(): Promise<Seen> {
    const [look, stat] = await Promise.all([
      lookAt(this.paths, this.appliance, this.cards.read()),
      readText(`${this.paths.proc}/stat`),
    ]);
    return { look, cpus: parseCpuTimes(stat ?? '') };
  }
}
