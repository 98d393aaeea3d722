import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { type ApplianceState, readState, removeState } from './appliance-state.ts';
import { isRunning, mentions } from './process-identity.ts';
import { endProcess } from './server-process.ts';
import { stopStepsOf } from './stop-steps.ts';

/** Processes of a supervisor that was killed, in the order they were started. Each is proven ours: pid, start time, boot, and our home in its command line or environment. */
function leftOvers(appliance: Appliance, state: ApplianceState) {
  return state.services.flatMap(({ name, identity }) => {
    if (!identity || !isRunning(identity)) return [];
    const isOurs = mentions(identity.pid, appliance.home) || mentions(identity.pid, appliance.socketFolder);
    return isOurs ? [{ name, identity }] : [];
  });
}

/** Ends what a killed supervisor left running, last started first, and removes its sockets. Answers the names of what was ended. */
export async function endLeftOvers(appliance: Appliance): Promise<string[]> {
  const state = readState(appliance);
  if (!state) return [];
  const found = leftOvers(appliance, state).reverse();
  for (const { name, identity } of found)
    try {
      await endProcess(identity, stopStepsOf(name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EPERM') throw cause;
      throw new HoldfastError('SUPERVISOR_LEFT_OVER_FOREIGN', {
        kind: 'forbidden',
        message: `${name} (pid ${identity.pid}) of an earlier start still runs under another account.`,
        action: 'Stop as the account that started it, or with sudo ./holdfast down.',
        cause,
      });
    }
  removeSockets(appliance);
  removeState(appliance);
  return found.map(({ name }) => name);
}

/** Removes what servers that were killed leave in the socket folder, and the folder itself where it was made only for them. */
export function removeSockets(appliance: Appliance): void {
  const { socketFolder } = appliance;
  const ofWorkers = appliance.workers.map(({ name }) => `metrics-${name}.sock`);
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock', 'redis.sock', 'keys', 'supervisor.sock', ...ofWorkers])
    rmSync(join(socketFolder, name), { recursive: true, force: true });
  if (socketFolder === appliance.paths.run) return;
  const found = lstatSync(socketFolder, { throwIfNoEntry: false });
  if (found?.isDirectory() && found.uid === process.getuid?.()) rmSync(socketFolder, { recursive: true, force: true });
}
