import { closeSync, fsync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

type Sync = (this: { fd: number }) => Promise<void>;

/** The prototype of all file handles of this process. */
async function handles(): Promise<{ datasync: Sync; sync: Sync }> {
  const handle = await open('/dev/null', 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as { datasync: Sync; sync: Sync };
}

/**
 * Leaves a step out of the product's protocol for this whole process, for a negative control: files are synced by `datasync`, folders
 * by `sync`. The product's own code runs, and knows nothing of it.
 */
export async function leaveOut(step: 'datasync' | 'sync'): Promise<void> {
  (await handles())[step] = async () => {};
}

/** Has every sync claim to be done at once and be done so much later: what is named then is named before it is durable. */
export async function delaySyncs(milliseconds: number): Promise<void> {
  const prototype = await handles();
  for (const step of ['datasync', 'sync'] as const)
    prototype[step] = async function (this: { fd: number }) {
      // Its caller closes the handle meanwhile: keep the file open by another.
      const kept = openSync(`/proc/self/fd/${this.fd}`, 'r');
      const due = sleep(milliseconds, undefined, { ref: false });
      void due.then(() => fsync(kept, () => closeSync(kept)));
    };
}
