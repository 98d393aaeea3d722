import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { MachinePaths } from '../machine-paths.ts';
import { describeGpus, type GpuDescription } from './describe-gpus.ts';
import { FreshGpus } from './fresh-gpus.ts';

/** The graphics cards of the machine, and who may take how much of them. Changes nothing. */
@Injectable()
export class GpuService {
  private readonly gpus = new FreshGpus(() => this.paths.nvidiaSmi);

  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(MachinePaths) private readonly paths: MachinePaths,
  ) {}

  async describe(): Promise<GpuDescription> {
    requireAccess('box.read');
    return describeGpus(await this.gpus.reading(), this.appliance);
  }
}
