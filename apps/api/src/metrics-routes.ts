import { createHash, timingSafeEqual } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Appliance } from '#manifest';
import { BoxMetrics } from '#monitoring';
import { ensureSecret, metricsTokenFile } from '#supervisor';
import { fetchMetrics, metrics, metricsSocket } from '#telemetry';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

function isSame(given: string, known: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(known));
}

/**
 * `/metrics` of this process and of the whole box, and `/metrics/workers/NAME` of each worker, which tells its own on a unix socket. For who
 * knows the word in `secrets/metrics-token`: behind a proxy on this machine, every request comes from the loopback.
 */
export function addMetricsRoutes(fastify: FastifyInstance, app: NestFastifyApplication, appliance: Appliance): void {
  const box = app.get(BoxMetrics, { strict: false });
  let token: string | undefined;
  const guarded = (answer: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) => {
    return async (request: FastifyRequest, reply: FastifyReply) => {
      if (!loopback.has(request.ip)) return reply.status(404).send();
      token ??= ensureSecret(metricsTokenFile(appliance));
      if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`))
        return reply.status(401).header('www-authenticate', 'Bearer').send();
      void reply.type(metrics.contentType);
      return answer(request, reply);
    };
  };
  fastify.get(
    '/metrics',
    guarded(async () => {
      await box.refresh();
      return metrics.metrics();
    }),
  );
  fastify.get(
    '/metrics/workers/:name',
    guarded(async (request, reply) => {
      const { name } = request.params as { name: string };
      if (!appliance.workers.some((worker) => worker.name === name)) return reply.status(404).send();
      return (await fetchMetrics(metricsSocket(appliance, name))) ?? reply.status(503).send();
    }),
  );
}
