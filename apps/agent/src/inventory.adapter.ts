import { statSync } from 'node:fs';
import { agentError } from '#agent-protocol';
import { readManifest, type WorkloadSettings } from '#manifest';

/**
 * The workloads that the agent's own manifest declares. Whoever can write it decides what the agent does: a file that others than its account may write is
 * not read. Throws AGENT_INVENTORY_INVALID.
 */
export function readInventory(manifest: string, profiles: string): WorkloadSettings[] {
  const action = 'Put the manifest there as root: install -m 0644 config/appliance.yaml /etc/holdfast/appliance.yaml.';
  try {
    const { uid, mode } = statSync(manifest);
    if ((uid !== 0 && uid !== process.getuid?.()) || (mode & 0o022) !== 0)
      throw new Error(`${manifest} may be written by others than root`);
    const { workloads } = readManifest(manifest, profiles);
    if (workloads.length === 0) throw new Error(`${manifest} declares no workloads`);
    return workloads;
  } catch (cause) {
    throw agentError('AGENT_INVENTORY_INVALID', `The agent knows of no workloads: ${(cause as Error).message}`, action, {
      cause,
    });
  }
}
