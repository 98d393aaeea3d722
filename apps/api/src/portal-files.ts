import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { sendProblem } from './problem.filter.ts';

const yearSeconds = 31_536_000;

/** Serves the built portal; every address that is no file and no API is the portal's own, so it answers with its page. */
export async function servePortal(fastify: FastifyInstance, appliance: Appliance): Promise<void> {
  const root = join(appliance.checkout, 'dist', 'portal');
  const page = existsSync(join(root, 'index.html')) ? readFileSync(join(root, 'index.html')) : undefined;
  if (page)
    await fastify.register(fastifyStatic, {
      root,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Built assets carry their content's hash in their name; the rest must be asked for again.
        void reply.header(
          'cache-control',
          path.includes('/assets/') ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
        );
      },
    });
  fastify.get('/*', (request, reply) => {
    const isPage = !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
    if (isPage && page) return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
    const path = request.url.split('?')[0]?.slice(0, 200);
    const message = `There is nothing at ${request.method} ${path}.`;
    sendProblem(
      new HoldfastError('ROUTE_NOT_FOUND', { kind: 'not-found', message, action: 'Check the address.' }),
      request,
      reply,
    );
  });
}
