import type { RedisOptions } from 'bullmq';
import type { Appliance } from '#manifest';

/** How this process reaches the appliance's Redis: a unix socket, never TCP. */
export function redisConnection(appliance: Appliance): RedisOptions {
  return {
    path: appliance.redisSocket,
    db: appliance.redisDatabase,
    maxRetriesPerRequest: null,
    // Fast at first, then every two seconds for as long as it takes: Redis comes back by itself.
    retryStrategy: (attempt: number) => Math.min(attempt * 100, 2000),
  };
}

export const queuePrefix = 'holdfast';
