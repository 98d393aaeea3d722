import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '#manifest';
import { startApi, startKeyd, startWorker } from './node-service.ts';
import { startPrivatePostgres } from './postgres.ts';
import { noPrometheusBecause, startPrivatePrometheus } from './prometheus.ts';
import { startPrivateRedis } from './redis.ts';
import type { ServiceDefinition } from './supervised-service.ts';

/** What programs need before they start: the private PostgreSQL and Redis, and the keystore where the appliance runs one itself. */
export function serverDefinitions(appliance: Appliance): ServiceDefinition[] {
  const { home, paths, socketFolder, redisSocket, keys } = appliance;
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
    ...(keys.provider === 'embedded' && keys.socket === undefined ? [keystoreDefinition(appliance)] : []),
  ];
}

function keystoreDefinition(appliance: Appliance): ServiceDefinition {
  return { name: 'keyd', label: 'Keystore', start: (abort) => startKeyd(appliance, versionOf(appliance), abort) };
}

function versionOf({ checkout }: Appliance): string {
  return (JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string }).version;
}

/** The api and the workers of the manifest, and the history of what they measure where it can be kept. */
export function programDefinitions(appliance: Appliance): ServiceDefinition[] {
  const version = versionOf(appliance);
  return [
    { name: 'api', label: 'API and portal', start: (abort) => startApi(appliance, version, abort) },
    ...appliance.workers.map(({ name }) => ({
      name,
      label: appliance.workers.length > 1 ? `Worker ${name}` : 'Worker',
      start: (abort: AbortSignal) => startWorker(appliance, name, version, abort),
    })),
    ...(noPrometheusBecause(appliance) === undefined ? [historyDefinition(appliance)] : []),
  ];
}

function historyDefinition(appliance: Appliance): ServiceDefinition {
  const start = (abort: AbortSignal) => startPrivatePrometheus(appliance, abort);
  return { name: 'prometheus', label: 'History of measurements', start, isOptional: true };
}
