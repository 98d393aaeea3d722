import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { GenerationLog, placeOf, writeInventory } from '#generations';
import { declaredOnly, profileFolder, readManifest } from '#manifest';
import { defineCommand, exitCodes } from '../command.ts';
import { changeCommands } from '../config/change-commands.ts';
import { historyCommands } from '../config/history-commands.ts';
import { sayDeclaredOnly } from '../config/say-config.ts';

const shared = { permission: 'local', account: 'caller', repairsManifest: true } as const;

const show = defineCommand({
  name: 'config show',
  summary: 'Print the manifest, or with --resolved what it says together with its profile.',
  ...shared,
  options: [{ flags: '--resolved', summary: 'with every value that the profile says' }],
  run: async ({ appliance, terminal, json }, { options }) => {
    const { manifestFile: file, checkout } = appliance;
    const manifest = readManifest(file, profileFolder(checkout));
    const text = readFileSync(file, 'utf8');
    if (json) terminal.answer({ file, text, declaredOnly, resolved: options.resolved ? manifest : undefined });
    else terminal.say((options.resolved ? stringify(manifest, { lineWidth: 0 }) : text).trimEnd());
    if (!json) sayDeclaredOnly(terminal, options.resolved ? Object.keys(manifest) : Object.keys(parse(text) ?? {}));
    return exitCodes.ok;
  },
});

const validate = defineCommand({
  name: 'config validate',
  summary: 'Check a manifest; what does not fit is told with file, line, key and value.',
  ...shared,
  arguments: [{ notation: '[file]', summary: 'another file than the manifest in force' }],
  run: async ({ appliance, terminal, json }, { arguments: words }) => {
    const file = typeof words.file === 'string' ? resolve(words.file) : appliance.manifestFile;
    const { profile } = readManifest(file, profileFolder(appliance.checkout));
    if (json) terminal.answer({ valid: true, file, profile });
    else terminal.say(`${terminal.style('green', '✓')} ${file} describes an appliance (profile ${profile}).`);
    return exitCodes.ok;
  },
});

const inventory = defineCommand({
  name: 'config inventory',
  summary: 'Write an Ansible inventory that names the host, its profile, tiers, workloads and services; no secrets.',
  ...shared,
  options: [{ flags: '--out <file>', summary: 'write it there instead of printing it' }],
  run: async ({ appliance, terminal, json }, { options }) => {
    const { manifestFile, checkout } = appliance;
    const manifest = readManifest(manifestFile, profileFolder(checkout));
    const generation = (await new GenerationLog(placeOf(appliance)).list()).at(-1);
    const text = readFileSync(manifestFile, 'utf8');
    const written = writeInventory({
      host: hostname(),
      manifest,
      text,
      generation: generation?.file === text ? generation : undefined,
    });
    const out = typeof options.out === 'string' ? resolve(options.out) : undefined;
    if (out) writeFileSync(out, written);
    if (json) terminal.answer({ file: out ?? null, inventory: written });
    else terminal.say(out ? `The inventory is ${out}.` : written.trimEnd());
    return exitCodes.ok;
  },
});

export const commands = [show, validate, inventory, ...changeCommands, ...historyCommands];
