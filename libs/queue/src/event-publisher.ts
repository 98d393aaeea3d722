import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { z } from 'zod';
import { APPLIANCE, TenantDatabase } from '#database';
import { currentContext, type SocketEvent } from '#kernel';
import type { Appliance } from '#manifest';
import { loggerFor } from '#telemetry';
import { redisConnection } from './connection.ts';

const logger = loggerFor('events');

/** Redis channel on which all processes hear events. */
export const eventChannel = 'holdfast:events';

/** An event on its way to the browsers of one organisation. */
export interface PublishedEvent {
  organisationId: string;
  event: string;
  payload: unknown;
}

/** Tells browsers what changed, once the running transaction has committed. Best effort: truth is what the API answers. */
@Injectable()
export class EventPublisher implements OnApplicationShutdown {
  private readonly redis: Redis;

  constructor(
    @Inject(APPLIANCE) appliance: Appliance,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
  ) {
    this.redis = new Redis({ ...redisConnection(appliance), maxRetriesPerRequest: 1, enableOfflineQueue: false });
    this.redis.on('error', () => {});
  }

  publish<Payload extends z.ZodType>(event: SocketEvent<Payload>, payload: z.input<Payload>): void {
    const message: PublishedEvent = { organisationId: currentContext().organisationId, event: event.name, payload };
    this.database.afterCommit(() => {
      this.redis
        .publish(eventChannel, JSON.stringify(message))
        .catch((error) => logger.debug({ err: error }, 'An event was not published'));
    });
  }

  /** Adds one to a short-lived counter. */
  async increment(key: string, ttlSeconds: number): Promise<void> {
    await this.redis
      .multi()
      .incr(key)
      .expire(key, ttlSeconds)
      .exec()
      .catch(() => {});
  }

  /** Values of short-lived counters, 0 where unset; undefined where Redis does not answer. */
  async counters(keys: string[]): Promise<number[] | undefined> {
    try {
      const values = await this.redis.mget(keys);
      return values.map((value) => Number(value ?? 0));
    } catch {
      return undefined;
    }
  }

  /** Keeps a short text for a while: signs of life, nothing that must last. */
  async remember(key: string, text: string, ttlSeconds: number): Promise<void> {
    await this.redis.set(key, text, 'EX', ttlSeconds).catch(() => {});
  }

  /** Texts that were remembered, null where gone; undefined where Redis does not answer. */
  async recall(keys: string[]): Promise<(string | null)[] | undefined> {
    return this.redis.mget(keys).catch(() => undefined);
  }

  /** Version, uptime and memory of Redis itself, and the most it may hold; undefined where it does not answer. */
  async serverFacts(): Promise<
    { version: string; uptimeSeconds: number; memoryBytes: number; maxMemoryBytes: number } | undefined
  > {
    try {
      const info = await this.redis.info();
      const value = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
      return {
        version: value('redis_version'),
        uptimeSeconds: Number(value('uptime_in_seconds')),
        memoryBytes: Number(value('used_memory_rss')),
        maxMemoryBytes: Number(value('maxmemory')),
      };
    } catch {
      return undefined;
    }
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
