import { Worker, type WorkerOptions } from 'bullmq';
import type { QueueName } from '#manifest';
import { loggerFor } from '#telemetry';

const logger = loggerFor('jobs');

interface Slot {
  worker: Worker;
  isBusy: boolean;
}

/**
 * The jobs of a queue that run at a time, as BullMQ workers; one that follows the load has workers of one job each. A single worker with another `concurrency` would take more only
 * after one of its jobs has ended, and a film takes minutes.
 */
export class QueueSlots {
  private slots: Slot[] = [];
  private readonly leaving = new Set<Promise<void>>();

  constructor(
    private readonly queue: QueueName,
    private readonly run: (jobId: string) => Promise<void>,
    private readonly options: WorkerOptions,
    slots: number,
  ) {
    this.resize(slots);
  }

  get size(): number {
    return this.slots.length;
  }

  /** More at once; what is too many goes, idle slots first, busy ones when their job ends. */
  resize(slots: number): void {
    while (this.slots.length < slots) this.slots.push(this.open());
    if (this.slots.length === slots) return;
    const idleLast = this.slots.toSorted((a, b) => Number(b.isBusy) - Number(a.isBusy));
    this.slots = idleLast.slice(0, slots);
    for (const { worker } of idleLast.slice(slots)) this.close(worker);
  }

  async ready(): Promise<void> {
    await Promise.all(this.slots.map(({ worker }) => worker.waitUntilReady()));
  }

  /** Takes no further jobs and waits for the running ones. */
  async end(): Promise<void> {
    this.resize(0);
    await Promise.all(this.leaving);
  }

  private open(): Slot {
    const worker = new Worker(
      this.queue,
      async (job) => {
        slot.isBusy = true;
        await this.run(job.id ?? '').finally(() => (slot.isBusy = false));
      },
      this.options,
    );
    const slot: Slot = { worker, isBusy: false };
    worker.on('error', (error) =>
      logger.warn({ err: error, queue: this.queue }, 'The queue does not answer; it is tried again'),
    );
    return slot;
  }

  private close(worker: Worker): void {
    const gone = worker
      .close()
      .catch((error: unknown) => logger.warn({ err: error, queue: this.queue }, 'A slot of the queue did not close'))
      .finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }
}
