import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describeMemory } from '#allocation';
import { type Appliance, profileFolder, readManifest, renderSettings, type SettledManifest, settleFigures } from '#manifest';
import { defineCommand, exitCodes } from '../command.ts';
import { sayObstacles, saySettings, sayShares } from '../memory/say-memory.ts';

const manifestOption = { flags: '--manifest <file>', summary: 'what this manifest declares, not what is in force' };

/** The appliance as it is declared, or another manifest in its place. */
function declaredBy(appliance: Appliance, { manifest }: { manifest?: unknown }): SettledManifest {
  if (typeof manifest !== 'string') return appliance;
  return settleFigures(readManifest(manifest, profileFolder(appliance.checkout)));
}

const show = defineCommand({
  name: 'memory show',
  summary: 'Show who has how much memory, and what it takes now.',
  permission: 'local',
  account: 'caller',
  run: async ({ appliance, terminal, json }) => {
    const found = describeMemory(appliance);
    if (json) terminal.answer(found);
    else {
      sayShares(terminal, found);
      sayObstacles(terminal, found.obstacles);
    }
    return exitCodes.ok;
  },
});

const plan = defineCommand({
  name: 'memory plan',
  summary: 'Show what programs are told because of the budgets, how that follows, and what does not fit; changes nothing.',
  permission: 'local',
  account: 'caller',
  options: [manifestOption],
  run: async ({ appliance, terminal, json }, { options }) => {
    const found = describeMemory(declaredBy(appliance, options));
    const { settings, obstacles } = found;
    if (json) terminal.answer({ feasible: obstacles.length === 0, ...found });
    else {
      saySettings(terminal, settings);
      sayObstacles(terminal, obstacles);
    }
    return obstacles.length === 0 ? exitCodes.ok : exitCodes.error;
  },
});

const render = defineCommand({
  name: 'memory render',
  summary: 'Write what PostgreSQL, Redis and the units of the appliance would read; changes nothing on the machine.',
  permission: 'local',
  account: 'caller',
  options: [manifestOption, { flags: '--out <folder>', summary: 'write them below this folder instead of printing them' }],
  run: async ({ appliance, terminal, json }, { options }) => {
    const files = renderSettings(declaredBy(appliance, options));
    const folder = typeof options.out === 'string' ? resolve(options.out) : undefined;
    for (const { path, text } of folder ? files : []) {
      mkdirSync(dirname(join(folder as string, path)), { recursive: true });
      writeFileSync(join(folder as string, path), text);
    }
    if (json) terminal.answer({ files });
    else if (folder) terminal.say(`${files.length} files are below ${folder}.`);
    else for (const { path, text } of files) terminal.say(`== ${path}\n${text}`);
    return exitCodes.ok;
  },
});

export const commands = [show, plan, render];
