import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The process's metrics, served at `/metrics`. */
export const metrics = new Registry();
collectDefaultMetrics({ register: metrics, prefix: 'holdfast_' });

const secondsBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600];

export const requestSeconds = new Histogram({
  name: 'holdfast_http_request_seconds',
  help: 'Duration of HTTP requests',
  labelNames: ['operation', 'status'],
  buckets: secondsBuckets,
  registers: [metrics],
});

export const jobSeconds = new Histogram({
  name: 'holdfast_job_seconds',
  help: 'Duration of jobs by outcome',
  labelNames: ['queue', 'job', 'outcome'],
  buckets: secondsBuckets,
  registers: [metrics],
});

export const outboxPublished = new Counter({
  name: 'holdfast_outbox_published_total',
  help: 'Jobs handed from the outbox to the queue',
  registers: [metrics],
});

export const socketClients = new Gauge({ name: 'holdfast_socket_clients', help: 'Open event sockets', registers: [metrics] });

export const objectsSwept = new Counter({
  name: 'holdfast_objects_swept_total',
  help: 'Stored objects removed because nothing referred to them',
  registers: [metrics],
});

export const objectBytesSwept = new Counter({
  name: 'holdfast_object_bytes_swept_total',
  help: 'Bytes of stored objects removed because nothing referred to them',
  registers: [metrics],
});

export const keyProviderReady = new Gauge({
  name: 'holdfast_key_provider_ready',
  help: '1 while the key provider is ready, 0 while it is degraded, sealed or being unsealed',
  registers: [metrics],
});

export const movesCommitted = new Counter({
  name: 'holdfast_tier_moves_total',
  help: 'Objects that moved between tiers',
  labelNames: ['from', 'to'],
  registers: [metrics],
});

export const moveBytesCommitted = new Counter({
  name: 'holdfast_tier_move_bytes_total',
  help: 'Bytes of objects that moved between tiers',
  labelNames: ['from', 'to'],
  registers: [metrics],
});

export const movesFailed = new Counter({
  name: 'holdfast_tier_moves_failed_total',
  help: 'Moves between tiers that ended with their object where it was',
  labelNames: ['code'],
  registers: [metrics],
});

export const tierFreeBytes = new Gauge({
  name: 'holdfast_tier_free_bytes',
  help: 'Bytes that may still be written to a tier',
  labelNames: ['tier'],
  registers: [metrics],
});

export const tierReady = new Gauge({
  name: 'holdfast_tier_ready',
  help: 'Whether a tier is ready (1) or missing, wrong, read-only or failing (0)',
  labelNames: ['tier'],
  registers: [metrics],
});
