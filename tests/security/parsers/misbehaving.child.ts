import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { ParserHandlers } from '#sandbox';

let files = 0;

/** A parser that does on request what hostile files make real parsers do. */
export const handlers: ParserHandlers = {
  echo: async (params: { wish: string }, buffers) => ({ value: params.wish, buffers }),
  age: async () => ({ value: ++files }),
  fail: async () => {
    throw Object.assign(new Error('the file is torn'), { code: 'TEST_FILE_TORN', action: 'Mend it.' });
  },
  sleep: () => new Promise(() => setInterval(() => {}, 1000)),
  spin: async () => {
    for (;;);
  },
  hog: async () => {
    const kept: Buffer[] = [];
    for (;;) kept.push(Buffer.alloc(16 * 2 ** 20, 1));
  },
  heap: async () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1e5).fill({}));
  },
  crash: async () => {
    process.kill(process.pid, 'SIGSEGV');
    return new Promise(() => {});
  },
  flood: async () => {
    for (;;) process.stdout.write(Buffer.alloc(2 ** 20, 0x7f));
  },
  babble: async () => {
    process.stdout.write('hello, I am no frame at all\n');
    return new Promise(() => setInterval(() => {}, 1000));
  },
  bomb: async () => {
    for (;;) spawnSync('/bin/sh', ['-c', 'bomb() { bomb & bomb & sleep 1; }; bomb; bomb', 'bomb-process']);
  },
  network: (params: { port: number }) =>
    new Promise((resolve) => {
      const socket = connect(params.port, '127.0.0.1', () => resolve({ value: 'connected' }));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve({ value: error.code }));
    }),
  read: async (params: { path: string }) => {
    try {
      return { value: readFileSync(params.path, 'utf8').slice(0, 200) };
    } catch (error) {
      return { value: (error as NodeJS.ErrnoException).code };
    }
  },
  write: async (params: { path: string }) => {
    try {
      writeFileSync(params.path, 'evil');
      return { value: 'written' };
    } catch (error) {
      return { value: (error as NodeJS.ErrnoException).code };
    }
  },
  forge: async () => {
    const json = Buffer.from(JSON.stringify({ id: 12_345, value: 'forged', sizes: [] }));
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(4 + json.length, 0);
    prefix.writeUInt32BE(json.length, 4);
    process.stdout.write(Buffer.concat([prefix, json]));
    return new Promise(() => setInterval(() => {}, 1000));
  },
  list: async (params: { path: string }) => ({ value: readdirSync(params.path) }),
  identity: async () => ({
    value: {
      uid: process.getuid?.(),
      environment: Object.keys(process.env),
      status: readFileSync('/proc/self/status', 'utf8'),
    },
  }),
};
