import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkManifest, findCheckout, profileFolder } from '#manifest';
import { writeInventory } from './inventory.ts';

const profiles = profileFolder(findCheckout());
const text = 'profile: ryzen-7950x-4090\n# ours\nredis: { maxMemoryMb: 512 }\n';
const manifest = checkManifest(join('config', 'appliance.yaml'), text, profiles);

test('an inventory names the host, its profile, tiers, workloads and services, and carries the manifest that declares it again', () => {
  const generation = { number: 7, fileSha256: 'ab'.repeat(32) };
  const written = parse(writeInventory({ host: 'box.example.org', manifest, text, generation }));
  expect(Object.keys(written.all.children.holdfast.hosts)).toEqual(['box.example.org']);
  const variables = written.all.children.holdfast.hosts['box.example.org'];
  expect(variables).toMatchObject({
    holdfast_profile: 'ryzen-7950x-4090',
    holdfast_generation: 7,
    holdfast_redis: { maxMemoryMb: 512 },
    holdfast_tiers: [{ name: 'hot' }, { name: 'warm' }, { name: 'cold' }],
    holdfast_manifest: text,
  });
  expect(variables.holdfast_workloads).toEqual(manifest.workloads);
  expect(variables.holdfast_services.map(({ name }: { name: string }) => name)).toEqual([
    'postgres',
    'redis',
    'keyd',
    'api',
    'media',
    'inference',
    'storage',
    'general',
  ]);
  expect(checkManifest('again.yaml', variables.holdfast_manifest, profiles)).toEqual(manifest);
});
