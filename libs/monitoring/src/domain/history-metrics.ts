interface Measured {
  /** In Prometheus' language: what is told of each point, out of so many seconds before it. */
  over(seconds: number): string;
  unit: string;
}

/** The mean over the time of a point: on a graph of a month a single moment of each three hours would say little. */
const mean = (series: string, unit: string): Measured => ({ over: (seconds) => `avg_over_time(${series}[${seconds}s])`, unit });
/** The least: whether it was so all the time. */
const least = (series: string, unit: string): Measured => ({
  over: (seconds) => `min_over_time(${series}[${seconds}s])`,
  unit,
});
/** How fast a counter grew. Less than five minutes make no steady rate. */
const rate = (series: string, unit = 'per second'): Measured => ({
  over: (seconds) => `rate(${series}[${Math.max(300, seconds)}s])`,
  unit,
});
const around = (before: string, { over, unit }: Measured): Measured => ({
  over: (seconds) => `${before}(${over(seconds)})`,
  unit,
});

const room = (kind: string) => `avg_over_time(holdfast_tier_room_bytes{kind="${kind}"}`;

/** What of the history may be asked, by name: Prometheus' own language stays on this side, where nobody can ask for too much. */
export const historyMetrics = {
  'cpu.busy': around('avg', mean('holdfast_cpu_busy_percent', 'percent')),
  'memory.available': mean('holdfast_memory_available_bytes', 'bytes'),
  pressure: mean('holdfast_pressure_percent{kind="some"}', 'percent'),
  'slices.cpu': mean('holdfast_slice_cpu_percent', 'percent'),
  'slices.memory': mean('holdfast_slice_memory_bytes', 'bytes'),
  'slices.waiting': mean('holdfast_slice_waiting_percent', 'percent'),
  'tiers.free': mean('holdfast_tier_room_bytes{kind="free"}', 'bytes'),
  'tiers.used': {
    over: (seconds: number) => `100 * (1 - ${room('free')}[${seconds}s]) / ignoring(kind) ${room('total')}[${seconds}s]))`,
    unit: 'percent',
  },
  'tiers.throughput': mean('holdfast_tier_bytes_per_second', 'bytes per second'),
  temperatures: mean('holdfast_temperature_celsius', 'degrees Celsius'),
  power: mean('holdfast_power_watts', 'watts'),
  'gpus.busy': mean('holdfast_gpu_busy_percent', 'percent'),
  'gpus.memory': mean('holdfast_gpu_memory_used_bytes', 'bytes'),
  'requests.rate': around('sum', rate('holdfast_http_request_seconds_count')),
  'requests.p95': around('histogram_quantile', {
    over: (seconds) => `0.95, sum by (le) (${rate('holdfast_http_request_seconds_bucket').over(seconds)})`,
    unit: 'seconds',
  }),
  'jobs.rate': around('sum by (queue, outcome)', rate('holdfast_job_seconds_count')),
  'queues.waiting': mean('holdfast_queue_jobs{state="waiting"}', 'jobs'),
  'queues.running': mean('holdfast_queue_jobs{state="running"}', 'jobs'),
  'queues.dead': mean('holdfast_queue_jobs{state="dead"}', 'jobs'),
  'database.bytes': mean('holdfast_database_bytes', 'bytes'),
  'database.connections': mean('holdfast_database_connections', 'connections'),
  'database.commits': rate('holdfast_database_counters{counter="commits"}'),
  'redis.memory': mean('holdfast_redis_memory_bytes', 'bytes'),
  'nginx.connections': mean('holdfast_nginx_connections', 'connections'),
  'nginx.traffic': rate('holdfast_nginx_counters'),
  'disks.healthy': least('holdfast_disk_healthy', '1 is healthy'),
  'keys.ready': around('min', least('holdfast_key_provider_ready', '1 is ready')),
  drift: mean('holdfast_drift_findings', 'findings'),
  processes: least('up', '1 is up'),
} as const satisfies Record<string, Measured>;

export type HistoryMetric = keyof typeof historyMetrics;
export const historyMetricNames = Object.keys(historyMetrics) as [HistoryMetric, ...HistoryMetric[]];

/** Out of how many seconds a point is made: the whole step, and where that is short two measurements, of which one may come late. */
export function windowSeconds(stepSeconds: number, scrapeSeconds: number): number {
  return Math.max(stepSeconds, Math.ceil(2.5 * scrapeSeconds));
}

/** Labels that say where a figure was fetched, not what it is of. */
const ownLabels = new Set(['__name__', 'instance', 'job']);

/** The labels of a line that say what it is of; of a process also its job. */
export function meaningfulLabels(metric: HistoryMetric, labels: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(labels).filter(([name]) => !ownLabels.has(name) || (metric === 'processes' && name === 'job'));
  return Object.fromEntries(kept);
}
