import { Inject, Injectable } from '@nestjs/common';
import { runAs } from '#kernel';
import { EventPublisher } from './event-publisher.ts';
import { queueChanged } from './http/queue.contract.ts';
import type { OutboxJob } from './outbox.repository.ts';

/** How often a queue's change is told to browsers. */
const tellEveryMs = 1000;

/** Counts finished jobs per minute and tells the queues page, at most once a second per queue. */
@Injectable()
export class JobFinish {
  private readonly toldAt = new Map<string, number>();

  constructor(@Inject(EventPublisher) private readonly events: EventPublisher) {}

  async count(entry: OutboxJob): Promise<void> {
    await this.events.increment(finishedKey(entry.organisationId, entry.queue, Date.now()), 150);
    const key = `${entry.organisationId}:${entry.queue}`;
    if (Date.now() - (this.toldAt.get(key) ?? 0) < tellEveryMs) return;
    this.toldAt.set(key, Date.now());
    runAs(
      {
        organisationId: entry.organisationId,
        actor: { kind: 'system', id: 'jobs', label: 'jobs' },
        permissions: new Set(),
        requestId: entry.id,
      },
      () => this.events.publish(queueChanged, { queue: entry.queue }),
    );
  }
}

/** Key of the counter of jobs that finished in the minute of `time`. */
export function finishedKey(organisationId: string, queue: string, time: number): string {
  return `holdfast:finished:${organisationId}:${queue}:${Math.floor(time / 60_000)}`;
}
