import { createHash } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { declaredRoutes, findContext, HoldfastError, type RouteContract } from '#kernel';
import { apiPrefix } from './api-prefix.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { sendProblem } from './problem.filter.ts';

const keyPattern = /^[\x21-\x7e]{8,200}$/;

/** Makes repeating a request with the same `Idempotency-Key` harmless, for the operations that declare it; the others do not pay for it. */
export function addIdempotency(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const store = app.get(IdempotencyStore);
  const operations = new Map<string, RouteContract>();
  const claims = new WeakMap<FastifyRequest, string>();
  for (const route of declaredRoutes())
    if (route.idempotent) operations.set(`${route.method} ${apiPrefix}${route.path}`, route);

  fastify.addHook('onRoute', (route) => {
    const operation = operations.get(`${route.method} ${route.url}`);
    if (!operation) return;
    route.preHandler = async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (key === undefined || !findContext()) return;
      try {
        const stored = await store.claim(
          checkKey(key),
          operation.id,
          createHash('sha256')
            .update(JSON.stringify(request.body ?? null))
            .digest(),
        );
        if (stored) return reply.status(stored.status).header('idempotency-replayed', 'true').send(stored.body);
        claims.set(request, String(key));
      } catch (error) {
        sendProblem(error, request, reply);
        return reply;
      }
    };
    route.onSend = async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      const key = claims.get(request);
      if (key === undefined) return;
      claims.delete(request);
      if (reply.statusCode >= 400 || typeof payload !== 'string') await store.release(key);
      else await store.answer(key, { status: reply.statusCode, body: JSON.parse(payload) });
    };
  });
}

function checkKey(key: string | string[]): string {
  if (typeof key === 'string' && keyPattern.test(key)) return key;
  throw new HoldfastError('IDEMPOTENCY_KEY_INVALID', {
    kind: 'invalid',
    message: 'An Idempotency-Key is 8 to 200 visible ASCII characters.',
    action: 'Use a random UUID.',
  });
}
