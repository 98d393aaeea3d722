/** What of the history may be asked, by name: Prometheus' own language stays on this side, where nobody can ask for too much. */
export const historyMetrics = {
  'cpu.busy': { query: 'avg(holdfast_cpu_busy_percent)', unit: 'percent' },
  'memory.available': { query: 'holdfast_memory_available_bytes', unit: 'bytes' },
  pressure: { query: 'holdfast_pressure_percent{kind="some"}', unit: 'percent' },
  'slices.cpu': { query: 'holdfast_slice_cpu_percent', unit: 'percent' },
  'slices.memory': { query: 'holdfast_slice_memory_bytes', unit: 'bytes' },
  'slices.waiting': { query: 'holdfast_slice_waiting_percent', unit: 'percent' },
  'tiers.free': { query: 'holdfast_tier_room_bytes{kind="free"}', unit: 'bytes' },
  'tiers.throughput': { query: 'holdfast_tier_bytes_per_second', unit: 'bytes per second' },
  temperatures: { query: 'holdfast_temperature_celsius', unit: 'degrees Celsius' },
  power: { query: 'holdfast_power_watts', unit: 'watts' },
  'gpus.busy': { query: 'holdfast_gpu_busy_percent', unit: 'percent' },
  'requests.rate': { query: 'sum(rate(holdfast_http_request_seconds_count[5m]))', unit: 'per second' },
  'requests.p95': {
    query: 'histogram_quantile(0.95, sum by (le) (rate(holdfast_http_request_seconds_bucket[5m])))',
    unit: 'seconds',
  },
  'jobs.rate': { query: 'sum by (queue, outcome) (rate(holdfast_job_seconds_count[5m]))', unit: 'per second' },
  'queues.waiting': { query: 'holdfast_queue_jobs{state="waiting"}', unit: 'jobs' },
  'queues.dead': { query: 'holdfast_queue_jobs{state="dead"}', unit: 'jobs' },
  'database.bytes': { query: 'holdfast_database_bytes', unit: 'bytes' },
  'database.connections': { query: 'holdfast_database_connections', unit: 'connections' },
  'database.commits': { query: 'rate(holdfast_database_counters{counter="commits"}[5m])', unit: 'per second' },
  'redis.memory': { query: 'holdfast_redis_memory_bytes', unit: 'bytes' },
  'disks.healthy': { query: 'holdfast_disk_healthy', unit: '1 is healthy' },
  'keys.ready': { query: 'min(holdfast_key_provider_ready)', unit: '1 is ready' },
  drift: { query: 'holdfast_drift_findings', unit: 'findings' },
  processes: { query: 'up', unit: '1 is up' },
} as const satisfies Record<string, { query: string; unit: string }>;

export type HistoryMetric = keyof typeof historyMetrics;
export const historyMetricNames = Object.keys(historyMetrics) as [HistoryMetric, ...HistoryMetric[]];

/** Labels that say where a figure was fetched, not what it is of. */
const ownLabels = new Set(['__name__', 'instance', 'job']);

/** The labels of a line that say what it is of; of a process also its job. */
export function meaningfulLabels(metric: HistoryMetric, labels: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(labels).filter(([name]) => !ownLabels.has(name) || (metric === 'processes' && name === 'job'));
  return Object.fromEntries(kept);
}
