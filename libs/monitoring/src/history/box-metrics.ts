import { Inject, Injectable } from '@nestjs/common';
import { asHoldfastError } from '#kernel';
import { queueNames } from '#manifest';
import { EventPublisher } from '#queue';
import * as gauges from '#telemetry';
import type { NginxFigures } from '../domain/nginx-figures.ts';
import { HardwareService } from '../hardware/hardware.service.ts';
import type { BoxSample } from '../http/telemetry.contract.ts';
import { BoxSampler } from '../sampling/box-sampler.ts';
import { type DatabaseFigures, DatabaseFiguresRepository } from './database-figures.repository.ts';
import { NginxFiguresReader } from './nginx-figures.adapter.ts';
import { QueueDepths } from './queue-depths.repository.ts';

const logger = gauges.loggerFor('metrics');

/** Puts what is known of the whole box into this process' metrics, when somebody fetches them. */
@Injectable()
export class BoxMetrics {
  constructor(
    @Inject(BoxSampler) private readonly sampler: BoxSampler,
    @Inject(QueueDepths) private readonly depths: QueueDepths,
    @Inject(DatabaseFiguresRepository) private readonly database: DatabaseFiguresRepository,
    @Inject(EventPublisher) private readonly events: EventPublisher,
    @Inject(HardwareService) private readonly hardware: HardwareService,
    @Inject(NginxFiguresReader) private readonly nginx: NginxFiguresReader,
  ) {}

  /** What cannot be had is left out: a figure that stands still would pass for one of now. */
  async refresh(): Promise<void> {
    const [sample, depths, database, redis, nginx, disks] = await Promise.all([
      this.sampler.current().catch(() => undefined),
      this.depths.read().catch((error) => {
        logger.debug({ err: asHoldfastError(error) }, 'The depth of the queues is not known');
        return undefined;
      }),
      this.database.read().catch(() => undefined),
      this.events.serverFacts(),
      this.nginx.read(),
      this.hardware.disks().catch(() => []),
    ]);
    // All at once: somebody else may be fetching them.
    gauges.forgetBox();
    if (sample) tellSample(sample);
    if (depths) tellQueues(depths);
    if (database) tellDatabase(database);
    if (redis) gauges.redisMemory.set(redis.memoryBytes);
    if (nginx) tellNginx(nginx);
    tellDisks(disks);
  }
}

function tellDisks(disks: Awaited<ReturnType<HardwareService['disks']>>): void {
  for (const { name: disk, smart } of disks) {
    if (smart.state !== 'unknown') gauges.diskHealthy.set({ disk }, smart.state === 'good' ? 1 : 0);
    if (smart.wearPercent !== null) gauges.diskWear.set({ disk }, smart.wearPercent);
  }
}

function tellDatabase({ bytes, connections, counters }: DatabaseFigures): void {
  gauges.databaseBytes.set(bytes);
  for (const [state, count] of Object.entries(connections)) gauges.databaseConnections.set({ state }, count);
  for (const [counter, count] of Object.entries(counters)) gauges.databaseCounters.set({ counter }, count);
}

function tellNginx({ connections, counters }: NginxFigures): void {
  for (const [state, count] of Object.entries(connections)) gauges.nginxConnections.set({ state }, count);
  for (const [counter, count] of Object.entries(counters)) gauges.nginxCounters.set({ counter }, count);
}

function tellQueues(depths: Awaited<ReturnType<QueueDepths['read']>>): void {
  for (const queue of queueNames) {
    const found = depths.find((depth) => depth.queue === queue);
    for (const state of ['waiting', 'running', 'dead'] as const) gauges.queueJobs.set({ queue, state }, found?.[state] ?? 0);
    gauges.queueOldest.set({ queue }, found?.oldestSeconds ?? 0);
  }
}

function tellSample(sample: BoxSample): void {
  const busy = sample.cpus.flatMap((cpu) => cpu.busy ?? []);
  if (busy.length > 0) gauges.cpuBusy.set(busy.reduce((sum, one) => sum + one, 0) / busy.length);
  gauges.memoryAvailable.set(sample.memory.availableBytes);
  for (const [resource, found] of Object.entries(sample.pressure)) {
    if (found) gauges.pressure.set({ resource, kind: 'some' }, found.some10);
    if (found) gauges.pressure.set({ resource, kind: 'full' }, found.full10);
  }
  tellSlices(sample.slices);
  for (const { name: tier, ...room } of sample.tiers) {
    if (room.totalBytes !== null) gauges.tierRoom.set({ tier, kind: 'total' }, room.totalBytes);
    if (room.freeBytes !== null) gauges.tierRoom.set({ tier, kind: 'free' }, room.freeBytes);
    if (room.readBytesPerSecond !== null) gauges.tierRate.set({ tier, direction: 'read' }, room.readBytesPerSecond);
    if (room.writeBytesPerSecond !== null) gauges.tierRate.set({ tier, direction: 'write' }, room.writeBytesPerSecond);
  }
  for (const { chip, label, celsius } of sample.temperatures) gauges.temperature.set({ chip, label }, celsius);
  if (sample.powerWatts !== null) gauges.powerWatts.set(sample.powerWatts);
  for (const { uuid: gpu, busyPercent, memoryUsedBytes } of sample.gpus) {
    if (busyPercent !== null) gauges.cardBusy.set({ gpu }, busyPercent);
    if (memoryUsedBytes !== null) gauges.cardMemory.set({ gpu }, memoryUsedBytes);
  }
}

function tellSlices(slices: BoxSample['slices']): void {
  for (const { id: slice, cpuPercent, memoryBytes, waitingPercent, memoryKills } of slices) {
    if (cpuPercent !== null) gauges.sliceCpu.set({ slice }, cpuPercent);
    if (memoryBytes !== null) gauges.sliceMemory.set({ slice }, memoryBytes);
    if (waitingPercent !== null) gauges.sliceWaiting.set({ slice }, waitingPercent);
    if (memoryKills !== null) gauges.sliceKills.set({ slice }, memoryKills);
  }
}
