import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { HoldfastError } from '#kernel';
import { type CpuLoad, type CpuTimes, loadBetween, parseCpuTimes } from './domain/cpu-load.ts';
import { MachinePaths } from './machine-paths.ts';

/** How busy the CPUs are. */
export interface MachineLoad {
  at: string;
  /** Over how many seconds. */
  seconds: number;
  cpus: CpuLoad[];
}

interface Look {
  atMs: number;
  times: Map<number, CpuTimes>;
}

/** Whoever asks within this time is told the same. */
const freshMs = 900;
/** A look that is older says nothing of now. */
const oldMs = 5000;
const firstSpanMs = 250;

/** Measures the load of each CPU when somebody asks, however many ask; while nobody does, nothing runs. */
@Injectable()
export class CpuLoadMeter {
  private last: Look | undefined;
  private told: MachineLoad | undefined;
  private measuring: Promise<MachineLoad> | undefined;

  constructor(@Inject(MachinePaths) private readonly paths: MachinePaths) {}

  /** Throws CORES_LOAD_UNREADABLE. */
  read(): Promise<MachineLoad> {
    this.measuring ??= this.measure().finally(() => {
      this.measuring = undefined;
    });
    return this.measuring;
  }

  private async measure(): Promise<MachineLoad> {
    let before = this.last;
    const ageMs = before ? Date.now() - before.atMs : Number.POSITIVE_INFINITY;
    if (this.told && ageMs < freshMs) return this.told;
    if (!before || ageMs > oldMs) {
      before = await this.look();
      await wait(firstSpanMs);
    }
    const after = await this.look();
    this.last = after;
    this.told = {
      at: new Date(after.atMs).toISOString(),
      seconds: (after.atMs - before.atMs) / 1000,
      cpus: loadBetween(before.times, after.times),
    };
    return this.told;
  }

  private async look(): Promise<Look> {
    const text = await readFile(this.paths.stat, 'utf8').catch((cause: Error) => {
      throw unreadable(this.paths.stat, cause.message);
    });
    const times = parseCpuTimes(text);
    if (times.size === 0) throw unreadable(this.paths.stat, 'It names no CPU.');
    return { atMs: Date.now(), times };
  }
}

function unreadable(path: string, why: string): HoldfastError {
  return new HoldfastError('CORES_LOAD_UNREADABLE', {
    kind: 'unavailable',
    message: `The load of the CPUs cannot be read from ${path}: ${why}`,
    action: 'Only Linux tells it; within a container /proc must be mounted.',
  });
}
