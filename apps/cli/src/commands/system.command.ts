import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { defineCommand } from '../command.ts';

const render = defineCommand({
  name: 'system render',
  summary: 'Write what nginx, PostgreSQL and Redis of this machine need, as the manifest has it.',
  permission: 'local',
  account: 'caller',
  options: [{ flags: '--out <folder>', summary: 'folder to write into', required: true }],
  run: async ({ appliance, terminal, json }, { options }) => {
    ensureRunBySystemd(appliance);
    const { renderSystemFiles } = await import('#supervisor');
    const folder = resolve(String(options.out));
    mkdirSync(folder, { recursive: true });
    const files = renderSystemFiles(appliance);
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    if (json) terminal.answer({ folder, files: files.map(({ name }) => name) });
    terminal.say(`Wrote ${files.map(({ name }) => name).join(', ')} into ${folder}.`);
    return undefined;
  },
});

const prepare = defineCommand({
  name: 'system prepare',
  summary: 'Make the folders that the services need; holdfast-migrate.service does it at every start.',
  permission: 'local',
  run: async ({ appliance, terminal }) => {
    ensureRunBySystemd(appliance);
    const { emptyScratch, prepareBoxPrometheus, prepareHome } = await import('#supervisor');
    prepareHome(appliance);
    emptyScratch(appliance);
    try {
      if (appliance.monitoring.enabled) prepareBoxPrometheus(appliance);
    } catch (error) {
      // The history of measurements is nothing that the appliance waits for.
      terminal.say(`There will be no history of measurements: ${(error as Error).message}`);
    }
    const { noteConfiguration } = await import('../config/note-configuration.ts');
    const notice = await noteConfiguration(appliance);
    if (notice) terminal.say(notice);
    return undefined;
  },
});

/** Throws SYSTEM_NOT_RUN_BY_UNITS: `./holdfast up` looks after all of this by itself. */
function ensureRunBySystemd(appliance: Appliance): void {
  if (appliance.isRunBySystemd) return;
  throw new HoldfastError('SYSTEM_NOT_RUN_BY_UNITS', {
    kind: 'conflict',
    message: `${appliance.manifestFile} says that ./holdfast up starts the services (services.startedBy is supervisor).`,
    action: 'Install the appliance on the machine first: sudo scripts/box/install.sh',
  });
}

export const commands = [render, prepare];
