import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { SystemDatabase } from '#database';
import { KeyStateWatch } from '#keys';
import { EventPublisher } from '#queue';

/** `/health/live` and `/health/ready`: for supervisors on the machine, without a session and without any content. */
export function addHealthRoutes(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const database = app.get(SystemDatabase);
  const events = app.get(EventPublisher);
  const watch = app.get(KeyStateWatch, { strict: false });
  fastify.get('/health/live', async () => ({ status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const isDatabaseUp = await database
      .run((sql) => sql.first('SELECT 1'))
      .then(
        () => true,
        () => false,
      );
    const isRedisUp = (await events.counters(['holdfast:health'])) !== undefined;
    void reply.status(isDatabaseUp ? 200 : 503);
    const { state: keys } = watch.current;
    // Without Redis people still browse and upload, work waits in the outbox; without keys they browse and search.
    const status = isRedisUp && keys === 'READY' ? 'ready' : 'degraded';
    return { status: isDatabaseUp ? status : 'down', database: isDatabaseUp, redis: isRedisUp, keys };
  });
}
