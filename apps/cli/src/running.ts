import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';

/** Says that a command needs the running appliance: exit code 3. */
export function notRunning(appliance: Appliance): HoldfastError {
  return new HoldfastError('APPLIANCE_NOT_RUNNING', {
    kind: 'unavailable',
    message: `Holdfast is not running (data in ${appliance.home}).`,
    action: 'Start it with ./holdfast up.',
  });
}

/** Throws APPLIANCE_NOT_RUNNING unless the appliance runs. */
export async function ensureRunning(appliance: Appliance): Promise<void> {
  const { readLiveState } = await import('#supervisor');
  if (!readLiveState(appliance)) throw notRunning(appliance);
}
