import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { APPLIANCE } from '#database';
import type { Appliance } from '#manifest';
import { EventPublisher } from '#queue';
import { MachinePaths } from '../machine-paths.ts';
import { describeMemory, type MemoryDescription } from './describe-memory.ts';
import { PostgresFigures } from './postgres-figures.repository.ts';
import type { RunningFigures } from './running-figures.ts';
import { joinWorkerFigures, workerFiguresKey } from './worker-figures.ts';

/** The machine's memory, who has how much of it, and what follows for every program. Changes nothing. */
@Injectable()
export class MemoryService {
  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(MachinePaths) private readonly paths: MachinePaths,
    @Inject(PostgresFigures) private readonly postgres: PostgresFigures,
    @Inject(EventPublisher) private readonly redis: EventPublisher,
  ) {}

  async describe(): Promise<MemoryDescription> {
    requireAccess('box.read');
    return describeMemory(this.appliance, this.paths, await this.running());
  }

  private async running(): Promise<RunningFigures> {
    const names = this.appliance.settings.filter(({ program }) => program === 'postgresql').map(({ name }) => name);
    const [postgresql, redis, workers] = await Promise.all([
      // Who is away has what it was told.
      this.postgres.read(names).catch(() => ({})),
      this.redis.serverFacts(),
      this.redis.recall(this.appliance.workers.map(({ name }) => workerFiguresKey(name))),
    ]);
    return { ...joinWorkerFigures(workers ?? []), postgresql, redis: redis ? { maxmemory: redis.maxMemoryBytes / 1024 } : {} };
  }
}
