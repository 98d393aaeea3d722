import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { type Appliance, socketFolderOf } from '#manifest';
import { metrics } from './metrics.ts';

const answerMs = 5000;
const longestAnswer = 8_388_608;

/** Where a worker tells its metrics: with our own sockets, also where PostgreSQL and Redis are the machine's. */
export function metricsSocket({ home, paths }: Pick<Appliance, 'home' | 'paths'>, worker: string): string {
  return join(socketFolderOf(home, paths.run), `metrics-${worker}.sock`);
}

/** Tells this process' metrics on a unix socket that its own account alone may open. Answers how to stop. */
export async function serveMetrics(path: string): Promise<() => Promise<void>> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  const server = createServer((_, answer) => {
    metrics.metrics().then(
      (text) => answer.setHeader('content-type', metrics.contentType).end(text),
      () => answer.writeHead(500).end(),
    );
  });
  await new Promise<void>((settle, fail) => {
    server.once('error', fail);
    server.listen(path, () => settle());
  });
  chmodSync(path, 0o600);
  server.unref();
  return () => close(server, path);
}

async function close(server: Server, path: string): Promise<void> {
  server.closeAllConnections();
  await new Promise((settle) => server.close(settle));
  rmSync(path, { force: true });
}

/** The metrics that a process tells on its socket; undefined where nobody answers. */
export function fetchMetrics(path: string): Promise<string | undefined> {
  return new Promise((settle) => {
    const asked = request({ socketPath: path, path: '/', timeout: answerMs }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        if (text.length > longestAnswer) asked.destroy();
      });
      answer.on('end', () => settle(answer.statusCode === 200 ? text : undefined));
      answer.on('error', () => settle(undefined));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => settle(undefined));
    asked.end();
  });
}
