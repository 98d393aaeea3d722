import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** Held by the one supervisor of a home. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a home: a listener on an abstract unix socket (unix(7)) named by the folder's device and inode. The kernel
 * grants it once and takes it back when the holder dies, however it dies; no file is left behind. Undefined when another has it.
 */
export function acquireRunLock(home: string): Promise<RunLock | undefined> {
  const { dev, ino } = statSync(home, { bigint: true });
  return new Promise((settle, fail) => {
    // Whoever connects learns nothing and can do nothing: the name is visible to every account of the machine.
    const server: Server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') settle(undefined);
      else fail(error);
    });
    server.listen(`\0holdfast-${dev}-${ino}`, () => {
      server.unref();
      settle({ release: () => new Promise((released) => server.close(() => released())) });
    });
  });
}
