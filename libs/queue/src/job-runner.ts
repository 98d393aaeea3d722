import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { APPLIANCE, TenantDatabase } from '#database';
import { asHoldfastError, HoldfastError, runAs, type TenantContext } from '#kernel';
import type { Appliance, QueueName, WorkerRole } from '#manifest';
import { jobSeconds, loggerFor } from '#telemetry';
import { queuePrefix, redisConnection } from './connection.ts';
import { backOffMs } from './domain.ts';
import type { JobHandler } from './handler.ts';
import { HandlerRegistry } from './handler-registry.ts';
import { declaredJobs, type JobDefinition } from './job.ts';
import { JobFinish } from './job-finish.ts';
import { LoadMeter } from './load-meter.ts';
import { type OutboxJob, OutboxRepository } from './outbox.repository.ts';
import { QueueScaler } from './queue-scaler.ts';
import { QueueSlots } from './queue-slots.ts';

const logger = loggerFor('jobs');
const heartbeatMs = 10_000;
const databaseAwayMs = 500;

/** Runs the jobs of this process's roles, as many at a time as is declared or as the queue's strategy wants, and drains on stop. */
@Injectable()
export class JobRunner {
  private readonly slots = new Map<QueueName, QueueSlots>();
  private readonly active = new Set<string>();
  private readonly stopSignal = new AbortController();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(OutboxRepository) private readonly outbox: OutboxRepository,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(JobFinish) private readonly finish: JobFinish,
    @Inject(LoadMeter) private readonly meter: LoadMeter,
    @Inject(QueueScaler) private readonly scaler: QueueScaler,
  ) {}

  async start(roles: readonly WorkerRole[]): Promise<void> {
    this.registry.collect();
    const queues = new Set<QueueName>(
      declaredJobs()
        .filter((job) => roles.includes(job.role))
        .map((job) => job.queue),
    );
    for (const queue of queues) this.slots.set(queue, this.slotsOf(queue));
    this.heartbeat = setInterval(() => void this.beat(), heartbeatMs);
    await Promise.all([...this.slots.values()].map((slots) => slots.ready()));
    this.meter.start();
    this.scaler.start(this.slots);
  }

  /** Takes no further jobs and waits for the running ones; after `drainMs` tells them to stop. */
  async stop(drainMs: number): Promise<void> {
    const deadline = setTimeout(() => this.stopSignal.abort(), drainMs);
    this.scaler.stop();
    await Promise.all([...this.slots.values()].map((slots) => slots.end()));
    clearTimeout(deadline);
    clearInterval(this.heartbeat);
    await this.meter.stop();
  }

  private slotsOf(queue: QueueName): QueueSlots {
    const { concurrency, scaling } = this.appliance.queues[queue];
    const isSteady = !scaling || scaling.strategy === 'fixed';
    const options = {
      connection: redisConnection(this.appliance),
      prefix: queuePrefix,
      lockDuration: 30_000,
      stalledInterval: 10_000,
      // Attempts are counted in the outbox, where a job that kills its worker runs out of them too.
      maxStalledCount: 1000,
      concurrency: isSteady ? concurrency : 1,
    };
    return new QueueSlots(queue, (id) => this.run(id), options, isSteady ? 1 : concurrency);
  }

  private async run(id: string): Promise<void> {
    const entry = await this.patiently(() => this.outbox.begin(id));
    if (!entry) return;
    const started = performance.now();
    this.active.add(id);
    let outcome = 'done';
    try {
      await this.attempt(entry);
    } catch (thrown) {
      outcome = await this.patiently(() => this.fail(entry, asHoldfastError(thrown)));
    } finally {
      this.active.delete(id);
      const seconds = (performance.now() - started) / 1000;
      jobSeconds.observe({ queue: entry.queue, job: entry.job, outcome }, seconds);
      this.meter.count(entry.queue, entry.createdAt, entry.attempts, seconds);
    }
    await this.finish.count(entry);
  }

  /** Waits for a database that is away: giving the job back unmarked would leave it lying until the sweeper finds it. */
  private async patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (thrown) {
        if (asHoldfastError(thrown).kind !== 'unavailable' || this.stopSignal.signal.aborted) throw thrown;
        await sleep(databaseAwayMs);
      }
    }
  }

  private async attempt(entry: OutboxJob): Promise<void> {
    const { job, handler } = this.find(entry);
    const { attempts } = this.appliance.queues[entry.queue];
    // More starts than attempts, the last without an error, means that they took the worker down with them.
    if (entry.attempts > attempts && entry.errorCode === null)
      throw new HoldfastError('JOB_KILLED_WORKER', {
        kind: 'bug',
        message: `Job ${entry.job} ended its worker ${attempts} times.`,
        action: 'Look at the worker log, then run the dead letter again.',
      });
    const run = {
      id: entry.id,
      attempt: entry.attempts,
      isLastAttempt: entry.attempts >= attempts,
      signal: this.stopSignal.signal,
    };
    await runAs(contextOf(entry, job), async () => {
      await handler.handle(job.payload.parse(entry.payload), run);
      await this.database.run((sql) =>
        sql.run('DELETE FROM outbox WHERE organisation_id = $1 AND id = $2', [entry.organisationId, entry.id]),
      );
    });
  }

  /** Postpones or buries a failed job. Errors that are the user's fault (a broken file) are not tried again. */
  private async fail(entry: OutboxJob, error: HoldfastError): Promise<string> {
    const { attempts } = this.appliance.queues[entry.queue];
    const isWaitingForWorld = error.kind === 'unavailable' && entry.attempts < attempts * 10;
    logger.warn(
      { err: error, job: entry.job, jobId: entry.id, attempt: entry.attempts, assetId: entry.assetId },
      'A job failed',
    );
    if (error.fault !== 'user' && (entry.attempts < attempts || isWaitingForWorld)) {
      await this.outbox.postpone(entry.id, backOffMs(Math.min(entry.attempts, attempts)), error);
      return 'retried';
    }
    const found = this.registry.find(entry.job);
    if (!found) {
      await this.outbox.postpone(entry.id, 600_000, error);
      return 'retried';
    }
    await runAs(contextOf(entry, found.job), () => this.bury(entry, found.handler, error));
    return 'dead';
  }

  private async bury(entry: OutboxJob, handler: JobHandler, error: HoldfastError): Promise<void> {
    await this.database.run(async (sql) => {
      await sql.run(
        `UPDATE outbox SET state = 'dead', died_at = now(), alive_at = NULL, error_code = $3, error_message = $4 WHERE organisation_id = $1 AND id = $2`,
        [entry.organisationId, entry.id, error.code, error.message],
      );
      await handler.giveUp?.(entry.payload, { code: error.code, message: error.message });
    });
  }

  private find(entry: OutboxJob): { job: JobDefinition; handler: JobHandler } {
    const found = this.registry.find(entry.job);
    if (found) return found;
    throw new HoldfastError('JOB_UNKNOWN', {
      kind: 'unavailable',
      message: `No handler for job ${entry.job} in this version.`,
      action: 'Update the worker.',
    });
  }

  private async beat(): Promise<void> {
    if (this.active.size === 0) return;
    await this.outbox.keepAlive([...this.active]).catch((error) => logger.warn({ err: error }, 'Heartbeat failed'));
  }
}

function contextOf(entry: OutboxJob, job: JobDefinition): TenantContext {
  return {
    organisationId: entry.organisationId,
    actor: { kind: 'job', id: entry.id, label: job.name },
    permissions: new Set(job.permissions),
    requestId: entry.id,
  };
}
