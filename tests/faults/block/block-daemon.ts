import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A storage daemon that shows a chain of block drivers as a file. */
export interface BlockDaemon {
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it at once: whoever uses the file meets I/O errors from now on, as with a disk that was pulled. */
  pull(): Promise<void>;
}

/** Starts QEMU's storage daemon and waits until `exported` shows the node `top`. It ends with this process. */
export async function startBlockDaemon(words: string[], exported: string): Promise<BlockDaemon> {
  writeFileSync(exported, '');
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig=KILL', '--', 'qemu-storage-daemon', ...words],
      ...['--export', `type=fuse,id=export,node-name=top,mountpoint=${exported},writable=on`],
    ],
    // Ctrl-C is for whoever uses the disk, not for the disk.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString();
  });
  const exited = once(child, 'exit');
  while (statSync(exported).size === 0) {
    if (child.exitCode !== null) throw new Error(`qemu-storage-daemon ended: ${said.trim()}`);
    await sleep(5);
  }
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal);
    await exited;
  };
  return { stop: end('SIGTERM'), pull: end('SIGKILL') };
}
