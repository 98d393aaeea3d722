import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { asHoldfastError, type ErrorKind, errorKinds, HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';

const answerWithinMs = 5000;
const longestLine = 200;

type Answer = { ok: true } | { ok: false; code: string; kind: ErrorKind; message: string };

/** Where the supervisor of an appliance takes requests. */
export function controlSocketOf({ socketFolder }: Pick<Appliance, 'socketFolder'>): string {
  return join(socketFolder, 'supervisor.sock');
}

/**
 * Takes requests to restart a service: one line of JSON each, `{"restart":NAME}`. The socket has the mode 0600 in a folder of mode 0700: whoever
 * may open it is the account that could as well end the process.
 */
export class ControlSocket {
  private readonly path: string;
  private readonly server: Server;

  constructor(appliance: Pick<Appliance, 'socketFolder'>, restart: (name: string) => void) {
    this.path = controlSocketOf(appliance);
    this.server = createServer((socket) => serve(socket, restart));
  }

  async open(): Promise<void> {
    rmSync(this.path, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.server.once('error', reject);
    this.server.listen(this.path, resolve);
    await promise;
    chmodSync(this.path, 0o600);
    this.server.unref();
  }

  close(): void {
    // Whoever gave up before it listened must not remove the socket of one that runs.
    if (!this.server.listening) return;
    this.server.close();
    rmSync(this.path, { force: true });
  }
}

/** Asks the supervisor to restart a service; answers once it has begun. Throws SUPERVISOR_AWAY, and what the supervisor refuses. */
export async function askForRestart(appliance: Pick<Appliance, 'socketFolder'>, name: string): Promise<void> {
  const answer = await exchange(controlSocketOf(appliance), `${JSON.stringify({ restart: name })}\n`);
  if (!answer.ok) throw new HoldfastError(answer.code, { kind: answer.kind, message: answer.message });
}

function serve(socket: Socket, restart: (name: string) => void): void {
  let text = '';
  socket.setTimeout(answerWithinMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (piece) => {
    text += piece;
    if (text.length > longestLine) return void socket.destroy();
    if (!text.includes('\n')) return;
    socket.removeAllListeners('data');
    socket.end(`${JSON.stringify(answerTo(text, restart))}\n`);
  });
}

function answerTo(text: string, restart: (name: string) => void): Answer {
  try {
    const { restart: name } = JSON.parse(text) as { restart?: unknown };
    restart(String(name));
    return { ok: true };
  } catch (thrown) {
    const { code, kind, message } = asHoldfastError(thrown);
    return { ok: false, code, kind, message };
  }
}

function exchange(path: string, line: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let text = '';
  const socket = createConnection({ path }, () => socket.write(line));
  const fail = (why: string, cause?: unknown) => reject(away(why, cause));
  socket.setTimeout(answerWithinMs, () => socket.destroy(new Error('it does not answer')));
  socket.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  socket.on('error', (error) => fail(error.message, error));
  socket.on('end', () => {
    try {
      const answer = JSON.parse(text) as Answer;
      resolve(answer.ok || errorKinds.includes(answer.kind) ? answer : { ...answer, kind: 'bug' });
    } catch (cause) {
      fail('its answer makes no sense', cause);
    }
  });
  return promise;
}

function away(why: string, cause: unknown): HoldfastError {
  return new HoldfastError('SUPERVISOR_AWAY', {
    kind: 'unavailable',
    message: `The supervisor cannot be asked: ${why}.`,
    action: 'Look at ./holdfast status.',
    cause,
  });
}
