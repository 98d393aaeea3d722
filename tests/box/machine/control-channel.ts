import { randomUUID } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readControlLine, requestLine } from './control-line.ts';

/** What a script printed, and how it ended. */
export interface ScriptResult {
  exit: number;
  output: string;
}

interface Waiting {
  settle(result: ScriptResult): void;
  fail(error: Error): void;
}

/** Runs scripts in the machine, several at a time, as root. Ends with the machine: what waits then is rejected. */
export class ControlChannel {
  private readonly socket: Socket;
  private readonly waiting = new Map<string, Waiting>();
  private held = '';
  private greet: (() => void) | undefined;
  /** Settles when the machine listens. */
  readonly ready: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.ready = new Promise((settle, fail) => {
      this.greet = settle;
      socket.on('close', () => fail(new Error('the machine went away')));
    });
    this.ready.catch(() => {});
    socket.setEncoding('utf8').on('data', (piece: string) => this.take(piece));
    socket.on('error', () => {}).on('close', () => this.abandon());
  }

  /** Connects as soon as QEMU has made the socket; `isRunning` says whether there is still hope. */
  static async connect(path: string, isRunning: () => boolean): Promise<ControlChannel> {
    for (;;) {
      const socket = createConnection(path);
      const connected = await new Promise<boolean>((settle) =>
        socket.once('connect', () => settle(true)).once('error', () => settle(false)),
      );
      if (connected) return new ControlChannel(socket);
      if (!isRunning()) throw new Error('the machine ended before it listened');
      await sleep(50);
    }
  }

  /** Runs a script of bash; the machine ends it after so many seconds (exit 124). */
  run(script: string, seconds: number): Promise<ScriptResult> {
    const id = randomUUID();
    return new Promise((settle, fail) => {
      if (this.socket.destroyed) return fail(new Error('the machine is off'));
      this.waiting.set(id, { settle, fail });
      this.socket.write(requestLine(id, seconds, script));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(piece: string): void {
    const lines = (this.held + piece).split('\n');
    this.held = lines.pop() ?? '';
    for (const line of lines) {
      const said = readControlLine(line);
      if (!said) continue;
      if ('hello' in said) this.greet?.();
      else {
        this.waiting.get(said.id)?.settle(said);
        this.waiting.delete(said.id);
      }
    }
  }

  private abandon(): void {
    for (const { fail } of this.waiting.values()) fail(new Error('the machine went away'));
    this.waiting.clear();
  }
}
