import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';

/** Says that a command needs the running appliance: exit code 3. */
export function notRunning(appliance: Appliance): HoldfastError {
  return new HoldfastError('APPLIANCE_NOT_RUNNING', {
    kind: 'unavailable',
    message: `Holdfast is not running (data in ${appliance.home}).`,
    action: appliance.isRunBySystemd ? 'Start it with sudo systemctl start holdfast.target.' : 'Start it with ./holdfast up.',
  });
}

/** Throws APPLIANCE_NOT_RUNNING unless the appliance runs. */
export async function ensureRunning(appliance: Appliance): Promise<void> {
  const { isTargetActive, readLiveState } = await import('#supervisor');
  const runs = appliance.isRunBySystemd ? await isTargetActive() : readLiveState(appliance) !== undefined;
  if (!runs) throw notRunning(appliance);
}
