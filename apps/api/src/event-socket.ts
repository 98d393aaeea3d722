import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Redis } from 'ioredis';
import { type WebSocket, WebSocketServer } from 'ws';
import { APPLIANCE } from '#database';
import { readSessionToken, SessionService } from '#identity';
import { declaredSocketEvents, type Permission, rolePermissions } from '#kernel';
import type { Appliance } from '#manifest';
import { BoxSampler, boxSampled } from '#monitoring';
import { eventChannel, type PublishedEvent, redisConnection } from '#queue';
import { socketClients } from '#telemetry';
import { knownHosts } from './known-hosts.ts';
import { SampleFeed } from './sample-feed.ts';

const path = '/api/v1/events';
/** A reader this far behind is cut off; it reloads and is up to date again. */
const largestBacklogBytes = 1_048_576;
const recheckMs = 4000;

interface Client {
  socket: WebSocket;
  token: string;
  organisationId: string;
  permissions: ReadonlySet<Permission>;
}

/** Pushes events to signed-in browsers: each gets those of its organisation that its permissions allow. */
@Injectable()
export class EventSocket implements BeforeApplicationShutdown {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
  private readonly clients = new Set<Client>();
  private readonly needed = new Map(declaredSocketEvents().map((event) => [event.name, event.permission]));
  private readonly samples: SampleFeed;
  private redis: Redis | undefined;
  private recheck: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SessionService) private readonly sessions: SessionService,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
    @Inject(BoxSampler) sampler: BoxSampler,
  ) {
    this.samples = new SampleFeed(sampler);
  }

  attach(http: Server): void {
    http.on('upgrade', (request, socket, head) => void this.upgrade(request, socket, head));
    this.redis = new Redis(redisConnection(this.appliance));
    this.redis.on('error', () => {});
    this.redis.on('message', (_channel, message) => this.deliver(JSON.parse(message) as PublishedEvent));
    void this.redis.subscribe(eventChannel).catch(() => {});
    this.recheck = setInterval(() => void this.dropEndedSessions(), recheckMs);
  }

  /** Before the server closes: it waits for all connections, and pages hang up on their own only when they are closed. */
  beforeApplicationShutdown(): void {
    clearInterval(this.recheck);
    this.redis?.disconnect();
    for (const client of this.clients) client.socket.close(1001, 'The appliance stops');
    this.server.close();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { origin, host } = request.headers;
    // Only nginx on this machine connects from elsewhere, and it says so itself.
    const protocol = this.appliance.isRunBySystemd && request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
    const isOurs = knownHosts(this.appliance).has(host ?? '') && origin === `${protocol}://${host}`;
    const token = readSessionToken(Object.assign(request, { protocol }) as unknown as FastifyRequest);
    const session = token ? await this.sessions.find(token).catch(() => undefined) : undefined;
    if (request.url !== path || !isOurs || !token || !session) {
      socket.end(
        `HTTP/1.1 ${session ? '403 Forbidden' : '401 Unauthorized'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) =>
      this.add({
        socket: webSocket,
        token,
        organisationId: session.organisationId,
        permissions: rolePermissions[session.role],
      }),
    );
  }

  private add(client: Client): void {
    this.clients.add(client);
    socketClients.set(this.clients.size);
    client.socket.on('error', () => client.socket.terminate());
    this.samples.attach(client.socket, () => client.permissions.has(boxSampled.permission));
    client.socket.on('close', () => {
      this.clients.delete(client);
      socketClients.set(this.clients.size);
    });
  }

  private deliver({ organisationId, event, payload }: PublishedEvent): void {
    const permission = this.needed.get(event);
    if (!permission) return;
    const message = Buffer.from(JSON.stringify({ event, payload }));
    for (const client of this.clients) {
      if (client.organisationId !== organisationId || !client.permissions.has(permission)) continue;
      if (client.socket.bufferedAmount > largestBacklogBytes) client.socket.close(1013, 'Too far behind');
      else client.socket.send(message, { binary: false });
    }
  }

  /** A signed-out, disabled or demoted account stops hearing within seconds. */
  private async dropEndedSessions(): Promise<void> {
    for (const client of this.clients) {
      const session = await this.sessions.find(client.token).catch(() => undefined);
      if (!session) client.socket.close(4401, 'The session has ended');
      else client.permissions = rolePermissions[session.role];
    }
  }
}
