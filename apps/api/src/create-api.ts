import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Appliance } from '#manifest';
import { nestLogger } from '#telemetry';
import { ApiModule } from './api.module.ts';
import { endConnectionsWithApi } from './end-connections.ts';
import { EventSocket } from './event-socket.ts';
import { addHealthRoutes } from './health.ts';
import { addIdempotency } from './idempotency.ts';
import { addMetricsRoutes } from './metrics-routes.ts';
import { serveOperations } from './operations.ts';
import { servePortal } from './portal-files.ts';
import { addRequestContext } from './request-context.ts';

/** Puts the HTTP process together, ready to listen: hooks in order of arrival, then the operations, then the portal's files. */
export async function createApi(appliance: Appliance): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: 1_048_576,
    // Long uploads are bounded by progress, not by total time; headers must come quickly.
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 65_000,
    routerOptions: { caseSensitive: true, ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, maxParamLength: 300 },
    exposeHeadRoutes: false,
    // nginx on this machine says who asks, and that TLS was spoken; without it nobody's word is taken.
    trustProxy: appliance.isRunBySystemd ? ['127.0.0.1', '::1'] : false,
    skipMiddie: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.of(appliance), adapter, {
    logger: nestLogger,
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  // Upload bytes are read by the upload service straight from the socket.
  fastify.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null));
  endConnectionsWithApi(fastify);
  addRequestContext(fastify, app, appliance);
  addHealthRoutes(fastify, app);
  addMetricsRoutes(fastify, app, appliance);
  addIdempotency(fastify, app);
  serveOperations(fastify, app);
  await servePortal(fastify, appliance);
  app.get(EventSocket).attach(fastify.server);
  app.enableShutdownHooks([]);
  await app.init();
  return app;
}
