import { stringify } from 'yaml';
import type { Manifest } from '#manifest';

/** What an inventory is made of. */
export interface InventorySource {
  host: string;
  manifest: Manifest;
  /** The manifest as somebody wrote it. */
  text: string;
  generation: { number: number; fileSha256: string } | undefined;
}

/** Services that a manifest calls for, in the order in which they start. */
export function servicesOf({ keys, workers }: Pick<Manifest, 'keys' | 'workers'>): { name: string; roles?: string[] }[] {
  const keystore = keys.provider === 'embedded' ? [{ name: 'keyd' }] : [];
  const named = workers.map(({ name, roles }) => ({ name, roles: [...roles] }));
  return [{ name: 'postgres' }, { name: 'redis' }, ...keystore, { name: 'api' }, ...named];
}

/** An Ansible inventory (YAML) of the box: one host in the group `holdfast`, with all that its manifest says and the manifest itself; no secrets. */
export function writeInventory({ host, manifest, text, generation }: InventorySource): string {
  const { profile, listen, paths, tiers, workloads, postgres, redis, keys } = manifest;
  const variables = {
    holdfast_profile: profile,
    holdfast_generation: generation?.number ?? null,
    holdfast_manifest_sha256: generation?.fileSha256 ?? null,
    holdfast_listen: listen,
    holdfast_paths: paths,
    holdfast_tiers: tiers,
    holdfast_workloads: workloads,
    holdfast_services: servicesOf(manifest),
    holdfast_postgres: postgres,
    holdfast_redis: redis,
    holdfast_key_provider: keys.provider,
    holdfast_manifest: text,
  };
  const inventory = { all: { children: { holdfast: { hosts: { [host]: variables } } } } };
  const head =
    '# Inventory of this appliance: ./holdfast config inventory. Written to config/appliance.yaml, holdfast_manifest declares it again.\n';
  return head + stringify(inventory, { lineWidth: 0, aliasDuplicateObjects: false });
}
