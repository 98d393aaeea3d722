import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { APPLIANCE, connectionOf } from '#database';
import { type Appliance, type QueueName, queueNames } from '#manifest';
import { loggerFor, outboxPublished } from '#telemetry';
import { queuePrefix, redisConnection } from './connection.ts';
import { type OutboxJob, OutboxRepository } from './outbox.repository.ts';

const logger = loggerFor('relay');
const batchSize = 500;
const sweepBatch = 1000;
const idleMs = 2000;
/** Longer than a worker's lock, so that a job that merely waits behind others is looked up, not repeated. */
const silenceMs = 30_000;
const sweepEveryMs = 2000;
/** A key that goes when Redis is emptied: then everything published is looked up at once. */
const markerKey = 'holdfast:outbox-marker';

/** Hands due jobs from the outbox to BullMQ, and finds again what the queue lost. Several may run; rows are skipped while locked. */
@Injectable()
export class OutboxRelay {
  private readonly queues: Map<QueueName, Queue>;
  private readonly redis: Redis;
  private stopping = false;
  private running: Promise<void> | undefined;
  private listener: pg.Client | undefined;
  private wake = () => {};
  private lastSweep = 0;

  constructor(
    @Inject(OutboxRepository) private readonly outbox: OutboxRepository,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {
    const connection = { ...redisConnection(appliance), maxRetriesPerRequest: 1, enableOfflineQueue: false };
    this.redis = new Redis(connection);
    this.redis.on('error', () => {});
    this.queues = new Map(queueNames.map((name) => [name, new Queue(name, { connection, prefix: queuePrefix })]));
    for (const queue of this.queues.values()) queue.on('error', () => {});
  }

  start(): void {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
    this.redis.disconnect();
    await this.listener?.end().catch(() => {});
    await Promise.all([...this.queues.values()].map((queue) => queue.close().catch(() => {})));
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.listen();
        const published = await this.outbox.publishDue(batchSize, (jobs) => this.publish(jobs));
        outboxPublished.inc(published);
        await this.sweep();
        if (published < batchSize) await this.idle();
      } catch (error) {
        logger.warn({ err: error }, 'The outbox cannot be relayed now; trying again');
        await sleep(500);
      }
    }
  }

  private async publish(jobs: OutboxJob[]): Promise<void> {
    const byQueue = Map.groupBy(jobs, (job) => job.queue);
    for (const [name, group] of byQueue)
      await this.queueOf(name).addBulk(
        group.map((job) => ({
          name: job.job,
          data: {},
          opts: { jobId: job.id, priority: job.priority, removeOnComplete: true, removeOnFail: true, attempts: 1 },
        })),
      );
  }

  /** Sleeps until something is due or told to wake. */
  private async idle(): Promise<void> {
    const next = await this.outbox.nextDueMs();
    const wait = Math.max(0, Math.min(next ?? idleMs, idleMs));
    if (wait === 0) return;
    const abort = new AbortController();
    this.wake = () => abort.abort();
    await sleep(wait, undefined, { signal: abort.signal }).catch(() => {});
    this.wake = () => {};
  }

  private async listen(): Promise<void> {
    if (this.listener) return;
    const { host, port, database, user } = connectionOf(this.appliance, 'hf_system');
    const client = new pg.Client({ host, port, database, user });
    client.on('error', () => {
      this.listener = undefined;
    });
    client.on('notification', () => this.wake());
    await client.connect();
    await client.query('LISTEN outbox');
    this.listener = client;
  }

  /** A Redis that was emptied, or a worker that died between two heartbeats, loses queue entries; the outbox still has them. */
  private async sweep(): Promise<void> {
    if (Date.now() - this.lastSweep < sweepEveryMs) return;
    const wasEmptied = (await this.redis.set(markerKey, '1', 'NX')) !== null;
    const silentMs = wasEmptied ? 0 : silenceMs;
    for (let found = sweepBatch; found === sweepBatch; ) {
      const silent = await this.outbox.silent(silentMs, sweepBatch);
      found = silent.length;
      const lost: string[] = [];
      for (const job of silent) if (!(await this.queueOf(job.queue).getJob(job.id))) lost.push(job.id);
      if (lost.length === 0) break;
      const count = await this.outbox.republish(lost, silentMs);
      logger.warn({ count }, 'Jobs that the queue had lost are due again');
    }
    this.lastSweep = Date.now();
  }

  private queueOf(name: QueueName): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw new Error(`There is no queue ${name}.`);
    return queue;
  }
}
