import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { profiles } from '#manifest';
import { writeInventory } from './domain/inventory.ts';
import { recordFirstGeneration, setInManifest } from './manifest-changes.ts';
import { findDrift } from './manifest-drift.ts';
import { checkText } from './manifest-place.adapter.ts';
import { House } from './testing/house.ts';

let houses: House[] = [];
afterEach(() => {
  for (const house of houses) house.close();
  houses = [];
});

function open(text?: string): House {
  const house = new House(text);
  houses.push(house);
  return house;
}

const awkward = [
  '# Ärger im Keller: "quotes", \'single\', #hash, {braces} and a tab\tbetween',
  'profile: PROFILE',
  'redis: { maxMemoryMb: 512 } # 0x10, no, 1e3',
  '',
  'zones:',
  '  - { name: office, networks: [192.168.10.0/24, "fd00:1::/64"], allow: [portal] }',
  '',
  '',
].join('\n');

test.each([...profiles])(
  'an inventory of the profile %s makes the same box in an empty folder, byte by byte',
  async (profile) => {
    const box = open(awkward.replace('PROFILE', profile));
    await setInManifest(box.log(), ['postgres.poolSize=11'], { author: 'ada', reason: 'more people' });
    const generation = (await box.log().list()).at(-1);
    const { manifest, text } = checkText(box.place, box.read());
    const inventory = writeInventory({ host: 'box.example.org', manifest, text, generation });
    const variables = parse(inventory).all.children.holdfast.hosts['box.example.org'];

    const empty = open();
    const home = join(empty.folder, 'again');
    mkdirSync(home);
    const file = join(home, 'appliance.yaml');
    writeFileSync(file, variables.holdfast_manifest);
    const again = { ...empty.place, file, home, repository: join(home, 'config.git'), secrets: join(home, 'secrets') };
    expect(readFileSync(file).equals(readFileSync(box.place.file))).toBe(true);
    const checked = checkText(again, readFileSync(file, 'utf8'));
    expect(checked.resolved).toBe(generation?.resolved);
    expect(checked.sha256).toBe(variables.holdfast_manifest_sha256);
    await recordFirstGeneration(empty.log(again), 'ansible');
    expect((await empty.log(again).list())[0]?.resolvedSha256).toBe(generation?.resolvedSha256);
    expect(await findDrift(empty.log(again))).toMatchObject({ state: 'none' });
  },
);
