import { chmodSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { keyError } from '../provider/key-error.ts';
import { type Frame, FrameReader } from './frame.ts';

/** What a connection may take. */
const mostConnections = 64;
const idleMs = 600_000;
const frameMs = 5_000;
const sendMs = 5_000;

/** Answers one message with the bytes of another; never throws. The message's parts are wiped afterwards. */
export type AnswerFrame = (frame: Frame) => Promise<Buffer>;
/** The bytes of the answer to a stream that makes no sense. */
export type RefuseStream = (error: unknown) => Buffer;

/** The most that folder and socket may allow. */
export interface SocketModes {
  folder: number;
  socket: number;
}

/** Who may connect: our account, our group, or our account in a folder that our group may enter. Node tells nothing of who connects: the modes are the gate. */
export const socketModes = {
  account: { folder: 0o700, socket: 0o600 },
  group: { folder: 0o750, socket: 0o660 },
  accountBesideGroup: { folder: 0o750, socket: 0o600 },
} as const satisfies Record<string, SocketModes>;

/** The folder of the socket: ours, and open to nobody whom it is not for, or not used. */
function prepareFolder(folder: string, most: number): void {
  mkdirSync(folder, { recursive: true, mode: most });
  const { uid, mode } = lstatSync(folder);
  if (uid === process.getuid?.() && (mode & 0o777 & ~most) === 0) return;
  throw keyError(
    'KEYS_REFUSED',
    `Others may enter ${folder}, where the keystore's socket belongs: its mode has to be ${most.toString(8)}.`,
  );
}

function removeStale(socketPath: string): void {
  try {
    if (lstatSync(socketPath).isSocket()) unlinkSync(socketPath);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function send(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => socket.destroy(), sendMs);
    socket.write(bytes, (error) => {
      clearTimeout(timer);
      bytes.fill(0);
      if (error) fail(error);
      else settle();
    });
  });
}

/** Reads messages off a connection, one after another, until it ends, makes no sense or takes too long. */
async function serve(socket: Socket, answer: AnswerFrame, refuse: RefuseStream): Promise<void> {
  const reader = new FrameReader();
  let slow: NodeJS.Timeout | undefined;
  try {
    // Left open when what was read makes no sense: the refusal still has to go out.
    for await (const piece of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      clearTimeout(slow);
      for (const frame of reader.read(piece)) {
        const bytes = await answer(frame);
        for (const part of frame.parts) part.fill(0);
        await send(socket, bytes);
      }
      piece.fill(0);
      if (reader.isWaiting) slow = setTimeout(() => socket.destroy(), frameMs);
    }
  } catch (error) {
    if (socket.writable) await send(socket, refuse(error)).catch(() => {});
  } finally {
    clearTimeout(slow);
    socket.destroy();
  }
}

/** A unix socket (mode 0600 in a folder of mode 0700; 0660 in 0750 for a group) that answers messages. A stream that makes no sense ends its connection only. */
export class FrameServer {
  private readonly server: Server;
  private readonly connections = new Set<Socket>();

  constructor(answer: AnswerFrame, refuse: RefuseStream) {
    this.server = createServer((socket) => {
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
      socket.on('error', () => {});
      socket.setTimeout(idleMs, () => socket.destroy());
      void serve(socket, answer, refuse);
    });
    this.server.maxConnections = mostConnections;
  }

  /** Listens. The caller holds the lock of the keystore: a socket that is there already belongs to nobody. */
  listen(socketPath: string, { folder, socket }: SocketModes = socketModes.account): Promise<void> {
    prepareFolder(dirname(socketPath), folder);
    removeStale(socketPath);
    const mask = process.umask(0o777 & ~socket);
    return new Promise<void>((settle, fail) => {
      this.server.once('error', fail).listen(socketPath, () => {
        chmodSync(socketPath, socket);
        settle();
      });
    }).finally(() => process.umask(mask));
  }

  /** Ends all connections and removes the socket. */
  close(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    return new Promise((settle) => this.server.close(() => settle()));
  }
}
