import { Inject, Injectable } from '@nestjs/common';
import { QueueLoadRepository } from '#queue';
import { OldFigures } from '#storage';
import type { DueTraces, PlannedTraces, RemovedTraces, TraceStore } from './trace-store.ts';

const batchSize = 10_000;

/** How full tiers were, every ten minutes, and what came into the queues, every minute. */
@Injectable()
export class MetricTraces implements TraceStore {
  readonly class = 'metrics';
  readonly policy = 'metrics';
  readonly isShared = true;

  constructor(
    @Inject(OldFigures) private readonly figures: OldFigures,
    @Inject(QueueLoadRepository) private readonly load: QueueLoadRepository,
  ) {}

  async due(olderThan: Date): Promise<DueTraces> {
    const found = [await this.figures.samples(olderThan), await this.load.older(olderThan)];
    const firsts = found.flatMap(({ firstAt }) => (firstAt ? [firstAt.getTime()] : []));
    return {
      entries: found.reduce((sum, { entries }) => sum + entries, 0),
      firstAt: firsts.length > 0 ? new Date(Math.min(...firsts)) : null,
      bytes: null,
      keptBecause: null,
    };
  }

  async remove({ olderThan }: PlannedTraces): Promise<RemovedTraces> {
    const samples = await this.figures.removeSamples(olderThan, batchSize);
    return { entries: samples || (await this.load.remove(olderThan, batchSize)), bytes: 0 };
  }
}

/** Runs of the mover and what each moved; moves of held objects stay. */
@Injectable()
export class AggregateTraces implements TraceStore {
  readonly class = 'aggregates';
  readonly policy = 'aggregates';
  readonly isShared = true;

  constructor(@Inject(OldFigures) private readonly figures: OldFigures) {}

  async due(olderThan: Date): Promise<DueTraces> {
    return { ...(await this.figures.moves(olderThan)), bytes: null, keptBecause: null };
  }

  async remove({ olderThan }: PlannedTraces): Promise<RemovedTraces> {
    return { entries: await this.figures.removeMoves(olderThan, batchSize), bytes: 0 };
  }
}
