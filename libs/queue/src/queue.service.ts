import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { type AnswerOf, currentContext, type InputOf } from '#kernel';
import { type Appliance, type QueueName, queueNames } from '#manifest';
import { EventPublisher } from './event-publisher.ts';
import type { listDeadLetters, listQueues } from './http/queue.contract.ts';
import { finishedKey } from './job-finish.ts';
import { QueueRepository } from './queue.repository.ts';
import { slotsKey } from './queue-scaler.ts';

type QueueAnswer = AnswerOf<typeof listQueues>['items'][number];

/** What waits, runs and failed, as one organisation sees it. */
@Injectable()
export class QueueService {
  constructor(
    @Inject(QueueRepository) private readonly repository: QueueRepository,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  async list(): Promise<AnswerOf<typeof listQueues>> {
    const { organisationId } = currentContext();
    const now = Date.now();
    const keys = queueNames.flatMap((queue) => [
      finishedKey(organisationId, queue, now),
      finishedKey(organisationId, queue, now - 60_000),
    ]);
    const [counts, finished, slots] = await Promise.all([
      this.repository.counts(),
      this.events.counters(keys),
      this.events.recall(queueNames.map(slotsKey)),
    ]);
    // This minute so far plus the matching rest of the last one.
    const restOfLast = 1 - (now % 60_000) / 60_000;
    return {
      redisAvailable: finished !== undefined,
      items: queueNames.map((name, index) => ({
        name,
        concurrency: this.appliance.queues[name].concurrency,
        scaling: this.scalingOf(name, slots?.[index]),
        ...(counts.get(name) ?? { waiting: 0, running: 0, dead: 0, oldestWaitingSeconds: null }),
        finishedLastMinute: Math.round((finished?.[index * 2] ?? 0) + restOfLast * (finished?.[index * 2 + 1] ?? 0)),
      })),
    };
  }

  /** How many jobs the strategy of a queue lets run at a time, as a worker told it; null where the declared number stands or no worker tells. */
  private scalingOf(name: QueueName, told: string | null | undefined): QueueAnswer['scaling'] {
    const strategy = this.appliance.queues[name].scaling?.strategy ?? 'fixed';
    if (strategy === 'fixed' || !told) return null;
    return { strategy, ...(JSON.parse(told) as { slots: number; reason: string }) };
  }

  deadLetters(query: InputOf<typeof listDeadLetters>['query']): Promise<AnswerOf<typeof listDeadLetters>> {
    return this.repository.deadLetters(query.cursor, query.limit);
  }
}
