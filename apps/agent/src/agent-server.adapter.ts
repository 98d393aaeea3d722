import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { type AgentReply, agentError, encodeFrame, FrameReader } from '#agent-protocol';
import { asHoldfastError } from '#kernel';
import { refusal } from './answer-request.ts';
import { peerOf } from './host/peer.adapter.ts';
import type { Peer } from './peer.ts';

/** Answers a message; who sent it is asked for only where it matters. */
export type Answer = (message: unknown, peer: () => Promise<Peer | null>) => Promise<AgentReply>;

/** What a connection may take. */
const mostConnections = 32;
const idleMs = 300_000;
const frameMs = 5_000;
const sendMs = 5_000;
/** The first socket that systemd hands over (sd_listen_fds(3)). */
const firstHandedOver = 3;

function send(socket: Socket, reply: AgentReply): Promise<void> {
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => socket.destroy(), sendMs);
    socket.write(encodeFrame(reply), (error) => {
      clearTimeout(timer);
      if (error) fail(error);
      else settle();
    });
  });
}

/** Reads messages off a connection, one after another, until it ends, makes no sense or takes too long. */
async function serve(socket: Socket, answer: Answer): Promise<void> {
  const reader = new FrameReader();
  let slow: NodeJS.Timeout | undefined;
  let asked: Promise<Peer | null> | undefined;
  const peer = () => (asked ??= peerOf(socket));
  try {
    // Left open when what was read makes no sense: the refusal still has to go out.
    for await (const piece of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      clearTimeout(slow);
      for (const message of reader.read(piece)) await send(socket, await answer(message, peer));
      if (reader.isWaiting) slow = setTimeout(() => socket.destroy(), frameMs);
    }
  } catch (error) {
    if (socket.writable) await send(socket, refusal(asHoldfastError(error))).catch(() => {});
  } finally {
    clearTimeout(slow);
    socket.destroy();
  }
}

/** Whether somebody listens there. */
function isServed(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = createConnection({ path }, () => settle(true)).on('error', () => settle(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function removeStale(path: string): Promise<void> {
  if (await isServed(path))
    throw agentError('AGENT_BUSY', `Another agent listens at ${path}.`, 'Leave the machine to that one.');
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** A unix socket that answers messages: systemd's, or one of its own. A stream that makes no sense ends its connection only. */
export class AgentServer {
  private readonly server: Server;
  private readonly connections = new Set<Socket>();

  constructor(answer: Answer) {
    this.server = createServer((socket) => {
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
      socket.on('error', () => {});
      socket.setTimeout(idleMs, () => socket.destroy());
      void serve(socket, answer);
    });
    this.server.maxConnections = mostConnections;
  }

  /** Listens on what systemd opened, which has the modes of its unit; or at a path, for this account alone. */
  async listen(at: { handedOver: number; path: string | undefined }): Promise<void> {
    const { handedOver, path } = at;
    if (handedOver > 0) return this.start({ fd: firstHandedOver });
    if (path === undefined) throw agentError('AGENT_HOST_FAILED', 'Systemd opened no socket, and no --socket was named.');
    await removeStale(path);
    const mask = process.umask(0o177);
    try {
      await this.start({ path });
    } finally {
      process.umask(mask);
    }
    chmodSync(path, 0o600);
  }

  private start(where: { fd: number } | { path: string }): Promise<void> {
    return new Promise((settle, fail) => {
      this.server.once('error', fail).listen(where, () => settle());
    });
  }

  /** Ends all connections and removes a socket of its own. */
  close(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    return new Promise((settle) => this.server.close(() => settle()));
  }
}
