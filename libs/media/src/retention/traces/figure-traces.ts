import { Inject, Injectable } from '@nestjs/common';
import { OldFigures } from '#storage';
import type { DueTraces, PlannedTraces, RemovedTraces, TraceStore } from './trace-store.ts';

const batchSize = 10_000;

/** How full tiers were, every ten minutes. */
@Injectable()
export class MetricTraces implements TraceStore {
  readonly class = 'metrics';
  readonly policy = 'metrics';
  readonly isShared = true;

  constructor(@Inject(OldFigures) private readonly figures: OldFigures) {}

  async due(olderThan: Date): Promise<DueTraces> {
    return { ...(await this.figures.samples(olderThan)), bytes: null, keptBecause: null };
  }

  async remove({ olderThan }: PlannedTraces): Promise<RemovedTraces> {
    return { entries: await this.figures.removeSamples(olderThan, batchSize), bytes: 0 };
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
