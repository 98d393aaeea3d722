import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** So long may an answer take that has begun. Uploads and downloads go on where they were, once the api is back. */
const graceMs = 5_000;

/**
 * Has nobody keep the api from stopping: `server.close()` waits for every connection, also for one on which nothing was ever said, for a page that listens to
 * events, and for a body that never ends.
 */
export function endConnectionsWithApi(fastify: FastifyInstance): void {
  const open = new Set<Socket>();
  fastify.server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  fastify.addHook('preClose', async () => {
    const end = (some: (socket: Socket) => boolean) => {
      for (const socket of open) if (some(socket)) socket.destroy();
    };
    end(({ bytesRead }) => bytesRead === 0);
    setTimeout(() => end(() => true), graceMs).unref();
  });
}
