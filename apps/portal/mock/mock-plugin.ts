import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin, PreviewServer, ViteDevServer } from 'vite';
import { WebSocketServer } from 'ws';
import { answer } from './answers.ts';
import { MockProblem, type Result } from './call.ts';
import { handleUpload } from './uploads.ts';
import { type MockWorld, makeWorld } from './world.ts';

/**
 * A made-up appliance inside Vite's own servers: `vite apps/portal --mode mock`, or `vite preview` of what was built. Failures come
 * by sentinel input: a search for "fail", the password "wrong", the cookie `mock=viewer` for another role, `mock=none` for nobody,
 * `mock-assets=0` for an empty library, `mock-days=9` for one of a single crowded month.
 */
export function mockPlugin(): Plugin {
  return { name: 'holdfast:mock', apply: 'serve', configureServer: stand, configurePreviewServer: stand };
}

function stand(server: ViteDevServer | PreviewServer): void {
  const worlds = new Map<string, MockWorld>();
  const sockets = new WebSocketServer({ noServer: true });
  const push = (event: string, payload: unknown) => {
    for (const socket of sockets.clients) socket.send(JSON.stringify({ event, payload }));
  };
  server.httpServer?.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/api/v1/events')) sockets.handleUpgrade(request, socket, head, () => undefined);
  });
  server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: Connect.NextFunction) => {
    if (!request.url?.startsWith('/api/v1/')) return next();
    const cookies = cookiesOf(request);
    const size = Number(cookies['mock-assets'] ?? 100_000);
    const days = Number(cookies['mock-days'] ?? 3800);
    const key = `${size} in ${days}`;
    const world = worlds.get(key) ?? makeWorld(size, days);
    worlds.set(key, world);
    handle(request, response, world, cookies, push).catch((thrown: unknown) => refuse(response, thrown));
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  world: MockWorld,
  cookies: Record<string, string>,
  push: (event: string, payload: unknown) => void,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock');
  if (url.pathname.startsWith('/api/v1/uploads') && url.pathname !== '/api/v1/uploads/precheck')
    return handleUpload(request, response, url, push);
  const path = url.pathname.slice('/api/v1'.length);
  const body = await readBody(request);
  send(response, await answer({ method: request.method ?? 'GET', path, query: url.searchParams, body, cookies, world, push }));
}

function send(response: ServerResponse, result: Result): void {
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
  response.statusCode = result.status ?? (result.body === undefined ? 204 : 200);
  if (result.body instanceof Buffer || typeof result.body === 'string') return void response.end(result.body);
  response.setHeader('content-type', 'application/json');
  response.end(result.body === undefined ? undefined : JSON.stringify(result.body));
}

function refuse(response: ServerResponse, thrown: unknown): void {
  const { status, code, message, action } =
    thrown instanceof MockProblem ? thrown : new MockProblem(500, 'INTERNAL', String(thrown));
  response.statusCode = status;
  response.setHeader('content-type', 'application/problem+json');
  response.end(
    JSON.stringify({ type: 'about:blank', title: code, status, code, detail: message, action, requestId: 'mock-7f3a9c21' }),
  );
}

function cookiesOf(request: IncomingMessage): Record<string, string> {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('=', 2) as [string, string]);
  return Object.fromEntries(pairs);
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}
