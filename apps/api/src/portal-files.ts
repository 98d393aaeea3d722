import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { sendProblem } from './problem.filter.ts';

const yearSeconds = 31_536_000;
const page = 'index.html';

/**
 * Serves the built portal; every address that is no file and no API is the portal's own, so it answers with its page.
 * Files are looked up when they are asked for: a portal that is built anew under a running API is served from then on.
 */
export async function servePortal(fastify: FastifyInstance, appliance: Appliance): Promise<void> {
  const root = join(appliance.checkout, 'dist', 'portal');
  await fastify.register(fastifyStatic, {
    root,
    serve: false,
    index: false,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Built assets carry their content's hash in their name; the rest must be asked for again.
      void reply.header('cache-control', path.includes('/assets/') ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
    },
  });
  fastify.get('/*', async (request, reply) => {
    const file = await portalFile(root, request);
    return file === undefined ? refuse(request, reply) : reply.sendFile(file);
  });
}

/** Path below `root` of what a request is answered with, or undefined where there is nothing. */
async function portalFile(root: string, request: FastifyRequest): Promise<string | undefined> {
  const path = decodedPath(request.url);
  if (path === undefined || path.startsWith('/api/')) return undefined;
  if (await isFile(join(root, path))) return path.slice(1);
  const isPage = (request.headers.accept ?? '').includes('text/html');
  return isPage && (await isFile(join(root, page))) ? page : undefined;
}

/** The path of an address, or undefined for one that names no file below the root. */
function decodedPath(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    return path.includes('\0') || path.split('/').includes('..') ? undefined : path;
  } catch {
    return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ?? false;
}

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?')[0]?.slice(0, 200);
  const message = `There is nothing at ${request.method} ${path}.`;
  sendProblem(
    new HoldfastError('ROUTE_NOT_FOUND', { kind: 'not-found', message, action: 'Check the address.' }),
    request,
    reply,
  );
}
