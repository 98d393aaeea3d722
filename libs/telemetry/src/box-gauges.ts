import { Gauge } from 'prom-client';
import { metrics } from './metrics.ts';

const measured: { reset(): void; remove(labels: object): void }[] = [];

/** A gauge of what the whole box does, as opposed to one process. */
function gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
  const made = new Gauge({ name: `holdfast_${name}`, help, labelNames, registers: [metrics] });
  measured.push(made);
  return made;
}

/** Has the gauges of the box tell nothing until they are set again: what stands still, or a 0 that nobody measured, would pass for a figure of now. */
export function forgetBox(): void {
  for (const one of measured) {
    one.reset();
    // Without labels the reset of a gauge says 0.
    one.remove({});
  }
}

export const cpuBusy = gauge('cpu_busy_percent', 'How busy all CPUs are, on average');
export const memoryAvailable = gauge('memory_available_bytes', 'Memory that programs could still have');
export const pressure = gauge('pressure_percent', 'How long some, or all, waited in the last ten seconds', [
  'resource',
  'kind',
]);
export const sliceCpu = gauge('slice_cpu_percent', 'What a slice or service uses; 100 is one CPU', ['slice']);
export const sliceMemory = gauge('slice_memory_bytes', 'Memory of a slice or service', ['slice']);
export const sliceWaiting = gauge('slice_waiting_percent', 'How long some of a slice waited for a CPU', ['slice']);
export const sliceKills = gauge('slice_memory_kills', 'Times that the kernel ended something of a slice for want of memory', [
  'slice',
]);
export const tierRoom = gauge('tier_room_bytes', 'Room of a tier', ['tier', 'kind']);
export const tierRate = gauge('tier_bytes_per_second', 'Throughput of the device of a tier', ['tier', 'direction']);
export const temperature = gauge('temperature_celsius', 'Temperatures of the machine', ['chip', 'label']);
export const powerWatts = gauge('power_watts', 'Power of the processor packages');
export const cardBusy = gauge('gpu_busy_percent', 'How busy a graphics card is', ['gpu']);
export const cardMemory = gauge('gpu_memory_used_bytes', 'Memory in use on a graphics card', ['gpu']);
export const diskHealthy = gauge('disk_healthy', 'Whether a disk says that it is well (1) or expects to fail (0)', ['disk']);
export const diskWear = gauge('disk_wear_percent', 'Share of its rated writes that a disk has used up', ['disk']);
export const queueJobs = gauge('queue_jobs', 'Jobs of all organisations by state', ['queue', 'state']);
export const queueOldest = gauge('queue_oldest_seconds', 'Age of the oldest job that waits', ['queue']);
export const databaseBytes = gauge('database_bytes', 'Size of the database');
export const databaseConnections = gauge('database_connections', 'Connections of the database by what they do', ['state']);
export const databaseCounters = gauge('database_counters', 'What PostgreSQL has counted since its figures began', ['counter']);
export const redisMemory = gauge('redis_memory_bytes', 'Memory of Redis');
export const nginxConnections = gauge('nginx_connections', 'Connections of nginx by what they do', ['state']);
export const nginxCounters = gauge('nginx_counters', 'What nginx has counted since it started', ['counter']);

// Set whenever drift is looked at, not whenever somebody fetches the metrics.
export const driftFindings = new Gauge({
  name: 'holdfast_drift_findings',
  help: 'Departures of the host from what is declared',
  labelNames: ['domain', 'kind'],
  registers: [metrics],
});

// Workers have these gauges, too, and measure nothing.
forgetBox();
