import { Inject, Injectable } from '@nestjs/common';
import { asHoldfastError } from '#kernel';
import { queueNames } from '#manifest';
import * as gauges from '#telemetry';
import type { BoxSample } from '../http/telemetry.contract.ts';
import { BoxSampler } from '../sampling/box-sampler.ts';
import { QueueDepths } from './queue-depths.repository.ts';

const logger = gauges.loggerFor('metrics');

/** Puts what is known of the whole box into this process' metrics, when somebody fetches them. */
@Injectable()
export class BoxMetrics {
  constructor(
    @Inject(BoxSampler) private readonly sampler: BoxSampler,
    @Inject(QueueDepths) private readonly depths: QueueDepths,
  ) {}

  /** What cannot be had is left out: a figure that stands still would pass for one of now. */
  async refresh(): Promise<void> {
    const sample = await this.sampler.current().catch(() => undefined);
    if (sample) tellSample(sample);
    const depths = await this.depths.read().catch((error) => {
      logger.debug({ err: asHoldfastError(error) }, 'The depth of the queues is not known');
      return undefined;
    });
    gauges.queueJobs.reset();
    gauges.queueOldest.reset();
    if (depths) tellQueues(depths);
  }
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
  gauges.temperature.reset();
  for (const { chip, label, celsius } of sample.temperatures) gauges.temperature.set({ chip, label }, celsius);
  if (sample.powerWatts !== null) gauges.powerWatts.set(sample.powerWatts);
  for (const { uuid: gpu, busyPercent, memoryUsedBytes } of sample.gpus) {
    if (busyPercent !== null) gauges.cardBusy.set({ gpu }, busyPercent);
    if (memoryUsedBytes !== null) gauges.cardMemory.set({ gpu }, memoryUsedBytes);
  }
}

/** A service that has ended leaves no figure behind. */
function tellSlices(slices: BoxSample['slices']): void {
  for (const one of [gauges.sliceCpu, gauges.sliceMemory, gauges.sliceWaiting, gauges.sliceKills]) one.reset();
  for (const { id: slice, cpuPercent, memoryBytes, waitingPercent, memoryKills } of slices) {
    if (cpuPercent !== null) gauges.sliceCpu.set({ slice }, cpuPercent);
    if (memoryBytes !== null) gauges.sliceMemory.set({ slice }, memoryBytes);
    if (waitingPercent !== null) gauges.sliceWaiting.set({ slice }, waitingPercent);
    if (memoryKills !== null) gauges.sliceKills.set({ slice }, memoryKills);
  }
}
