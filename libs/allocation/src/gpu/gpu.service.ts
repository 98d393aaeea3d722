import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { MachinePaths } from '../machine-paths.ts';
import { describeGpus, type GpuDescription } from './describe-gpus.ts';
import type { GpuReading } from './gpu-card.ts';
import { readGpus } from './nvidia-smi.adapter.ts';

/** Whoever asks within this time is told the same: the program may take half a second. */
const freshMs = 1000;

/** The graphics cards of the machine, and who may take how much of them. Changes nothing. */
@Injectable()
export class GpuService {
  private read: { atMs: number; reading: Promise<GpuReading> } | undefined;

  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(MachinePaths) private readonly paths: MachinePaths,
  ) {}

  async describe(): Promise<GpuDescription> {
    requireAccess('box.read');
    return describeGpus(await this.reading(), this.appliance);
  }

  private reading(): Promise<GpuReading> {
    const atMs = Date.now();
    if (!this.read || atMs - this.read.atMs > freshMs) this.read = { atMs, reading: readGpus(this.paths.nvidiaSmi) };
    return this.read.reading;
  }
}
