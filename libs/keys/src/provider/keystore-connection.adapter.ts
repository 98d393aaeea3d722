import { createConnection, type Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from '../keystore/frame.ts';
import { type KeyErrorCode, keyError, keyErrorKinds } from './key-error.ts';

interface Waiting {
  settle(frame: Frame): void;
  fail(error: unknown): void;
}

function asKeyError(value: unknown): Error {
  const { code, message, values } = (value ?? {}) as { code?: unknown; message?: unknown; values?: unknown };
  const isKnown = typeof code === 'string' && Object.hasOwn(keyErrorKinds, code) && typeof message === 'string';
  if (!isKnown) return keyError('KEYS_PROTOCOL', 'The keystore answered with an error that nobody knows.');
  return keyError(code as KeyErrorCode, message, (values ?? {}) as Record<string, unknown>);
}

function whyNot(code: string): string {
  if (code === 'EACCES') return 'is not for this account: its socket is open to another account or group (EACCES)';
  return `does not answer (${code})`;
}

/** One connection to the keystore's socket, made when it is needed and again after it broke. Asking keeps the process alive, waiting does not. */
export class KeystoreConnection {
  private readonly socketPath: string;
  private readonly waiting = new Map<number, Waiting>();
  private socket: Socket | undefined;
  private lastId = 0;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** Sends a message and answers its reply. Throws KEYS_UNAVAILABLE when none comes in time, else what the keystore says. Does not wipe its parts. */
  ask(head: Record<string, unknown>, parts: Buffer[], timeoutMs: number): Promise<Frame> {
    const id = ++this.lastId;
    const bytes = encodeFrame({ head: { ...head, id }, parts });
    const socket = this.connected();
    return new Promise<Frame>((settle, fail) => {
      const late = () => this.drop(socket, `did not answer within ${timeoutMs / 1000} s`);
      const timer = setTimeout(late, timeoutMs);
      const done = <Value>(then: (value: Value) => void) => {
        return (value: Value) => {
          clearTimeout(timer);
          this.waiting.delete(id);
          if (this.waiting.size === 0) socket.unref();
          then(value);
        };
      };
      this.waiting.set(id, { settle: done(settle), fail: done(fail) });
      socket.ref().write(bytes, () => bytes.fill(0));
    });
  }

  /** Ends the connection; the next question makes another. */
  close(): void {
    if (this.socket) this.drop(this.socket, 'was left');
  }

  private connected(): Socket {
    if (this.socket) return this.socket;
    const socket = createConnection({ path: this.socketPath });
    const reader = new FrameReader();
    this.socket = socket;
    socket.on('data', (piece) => this.receive(socket, reader, piece));
    socket.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => this.drop(socket, whyNot(code)));
    socket.on('close', () => this.drop(socket, 'hung up'));
    return socket;
  }

  private receive(socket: Socket, reader: FrameReader, piece: Buffer): void {
    try {
      for (const frame of reader.read(piece)) {
        const { id, error } = frame.head;
        const waiting = this.waiting.get(Number(id));
        if (error === undefined) waiting?.settle(frame);
        else waiting?.fail(asKeyError(error));
      }
      piece.fill(0);
    } catch {
      this.drop(socket, 'answered what makes no sense');
    }
  }

  /** Gives a connection up: everybody who waits for it hears why. */
  private drop(socket: Socket, why: string): void {
    socket.destroy();
    if (this.socket !== socket) return;
    this.socket = undefined;
    for (const { fail } of [...this.waiting.values()])
      fail(keyError('KEYS_UNAVAILABLE', `The keystore behind ${this.socketPath} ${why}.`));
  }
}
