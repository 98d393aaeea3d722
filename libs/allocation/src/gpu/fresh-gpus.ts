import type { GpuReading } from './gpu-card.ts';
import { readGpus } from './nvidia-smi.adapter.ts';

/** Whoever asks within this time is told the same: the program may take half a second. */
const freshMs = 1000;

/** The cards of the machine as they were a moment ago. */
export class FreshGpus {
  private readonly program: () => string | undefined;
  private read: { atMs: number; reading: Promise<GpuReading> } | undefined;

  /** Where nvidia-smi lies; undefined: in its usual place. */
  constructor(program: () => string | undefined) {
    this.program = program;
  }

  /** Never throws: why there are none is part of the answer. */
  reading(): Promise<GpuReading> {
    const atMs = Date.now();
    if (!this.read || atMs - this.read.atMs > freshMs) this.read = { atMs, reading: readGpus(this.program()) };
    return this.read.reading;
  }
}
