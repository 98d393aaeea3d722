import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { Appliance } from '#manifest';
import { createTestAppliance, signInEachRole } from '#testing';
import { createApi } from '../../../apps/api/src/create-api.ts';

// A stop must not depend on what clients do with their connections: systemd and the supervisor would kill the process in the end.

let app: NestFastifyApplication;
let appliance: Appliance;
let remove: () => Promise<void>;
let port: number;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  ({ appliance, remove } = await createTestAppliance());
  app = await createApi(appliance);
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
  appliance.listen.port = port;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await app.close();
  await remove();
});

/** A client that keeps its connection and never hangs up by itself. */
async function connect(text: string): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true }).on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

/** Seconds until it has stopped. */
async function stop(): Promise<number> {
  const startedMs = performance.now();
  const isLate = wait(30_000, 'late', { ref: false });
  expect(await Promise.race([app.close(), isLate])).not.toBe('late');
  return (performance.now() - startedMs) / 1000;
}

const get = () => `GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: keep-alive\r\n\r\n`;

test('whoever has connected and says nothing, or waits between two questions, keeps nobody from stopping', async () => {
  await connect('');
  const kept = await connect(get());
  const [answer] = (await once(kept, 'data')) as [Buffer];
  expect(String(answer)).toMatch(/^Connection: keep-alive/m);
  expect(await stop()).toBeLessThan(4.5);
});

test('a page that listens to events is told that the appliance stops, and not waited for', async () => {
  const { viewer } = await signInEachRole(app);
  const address = `127.0.0.1:${port}`;
  const headers = { origin: `http://${address}`, cookie: viewer.cookie ?? '' };
  const page = new WebSocket(`ws://${address}/api/v1/events`, { headers });
  await once(page, 'open');
  const closed = once(page, 'close');
  expect(await stop()).toBeLessThan(4.5);
  expect((await closed)[0]).toBe(1001);
});

test('whoever sends half a question, and goes on for ever, is hung up on after some seconds', async () => {
  const half = await connect(get().slice(0, 40));
  const sending = await connect(
    'POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{',
  );
  const drip = setInterval(() => sending.write(' '), 200);
  const ended = Promise.all([half, sending].map((socket) => new Promise((settle) => socket.once('close', settle))));
  for (const socket of [half, sending]) socket.resume().on('end', () => socket.destroy());
  expect(await stop().finally(() => clearInterval(drip))).toBeLessThan(10);
  await ended;
});
