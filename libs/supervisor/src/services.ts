import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '#manifest';
import { startApi, startWorker } from './node-service.ts';
import { startPrivatePostgres } from './postgres.ts';
import { startPrivateRedis } from './redis.ts';
import type { ServiceDefinition } from './supervised-service.ts';

/** The private PostgreSQL and Redis of an appliance. */
export function serverDefinitions(appliance: Appliance): ServiceDefinition[] {
  const { home, paths, socketFolder, redisSocket } = appliance;
  return [
    {
      name: 'postgres',
      label: 'PostgreSQL',
      start: async (abort) => {
        const settings = { ...appliance.postgres, durable: true };
        const logFile = join(paths.logs, 'postgres.log');
        const server = await startPrivatePostgres({ folder: paths.postgres, socketFolder, logFile, settings, home, abort });
        return { ...server, address: socketFolder };
      },
    },
    {
      name: 'redis',
      label: 'Redis',
      start: async (abort) => {
        const { maxMemoryMb } = appliance.redis;
        const logFile = join(paths.logs, 'redis.log');
        const folder = paths.redis;
        const server = await startPrivateRedis({
          folder,
          socketPath: redisSocket,
          logFile,
          maxMemoryMb,
          durable: true,
          home,
          abort,
        });
        return { ...server, address: redisSocket };
      },
    },
  ];
}

/** The api and the workers of the manifest. */
export function programDefinitions(appliance: Appliance): ServiceDefinition[] {
  const { version } = JSON.parse(readFileSync(join(appliance.checkout, 'package.json'), 'utf8')) as { version: string };
  return [
    { name: 'api', label: 'API and portal', start: (abort) => startApi(appliance, version, abort) },
    ...appliance.workers.map(({ name }) => ({
      name,
      label: appliance.workers.length > 1 ? `Worker ${name}` : 'Worker',
      start: (abort: AbortSignal) => startWorker(appliance, name, version, abort),
    })),
  ];
}
