import { agentError } from '#agent-protocol';
import { checkManifest, type GpuCardSettings, type WorkloadSettings } from '#manifest';
import { readBounded } from './read-bounded.adapter.ts';

/** What the manifest declares, as far as the agent uses it. */
export interface Inventory {
  workloads: WorkloadSettings[];
  /** Cards that are shared, each with its shares. */
  cards: GpuCardSettings[];
}

/**
 * The workloads and cards that the manifest declares. It may belong to the appliance's account, so it is read as if it came over the wire: no link, no pipe, so
 * large at most, every value judged, and of it only ids and bounded numbers are used. Throws AGENT_INVENTORY_INVALID.
 */
export function readInventory(manifest: string, profiles: string): Inventory {
  const action = 'Put the manifest there: install -m 0644 config/appliance.yaml /etc/holdfast/appliance.yaml.';
  try {
    const { workloads, gpu } = checkManifest(manifest, readBounded(manifest), profiles);
    if (workloads.length === 0) throw new Error(`${manifest} declares no workloads`);
    return { workloads, cards: gpu.cards };
  } catch (cause) {
    throw agentError('AGENT_INVENTORY_INVALID', `The agent knows of no workloads: ${(cause as Error).message}`, action, {
      cause,
    });
  }
}
