import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { MachinePaths } from '../machine-paths.ts';
import { describeMemory, type MemoryDescription } from './describe-memory.ts';

/** The machine's memory, who has how much of it, and what follows for every program. Changes nothing. */
@Injectable()
export class MemoryService {
  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(MachinePaths) private readonly paths: MachinePaths,
  ) {}

  describe(): MemoryDescription {
    requireAccess('box.read');
    return describeMemory(this.appliance, this.paths);
  }
}
