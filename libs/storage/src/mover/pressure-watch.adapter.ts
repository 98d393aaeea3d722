import { readFile } from 'node:fs/promises';
import { stalledPercentOf } from './domain/throttle.ts';
import type { MoveRate } from './move-rate.ts';

const everyMs = 2000;

/** Turns the rate of moves by the pressure stall information of the machine, or of the slices that must not wait. */
export class PressureWatch {
  readonly #files: readonly string[];
  readonly #rate: MoveRate;
  #timer: NodeJS.Timeout | undefined;

  constructor(rate: MoveRate, files: readonly string[] = ['/proc/pressure/io']) {
    this.#rate = rate;
    this.#files = files;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks once. Where the kernel tells nothing, the rate stays as declared. */
  async look(): Promise<void> {
    const texts = await Promise.all(this.#files.map((file) => readFile(file, 'utf8').catch(() => '')));
    const stalled = texts.map(stalledPercentOf).filter((percent) => percent !== undefined);
    if (stalled.length > 0) this.#rate.follow(Math.max(...stalled));
  }
}
