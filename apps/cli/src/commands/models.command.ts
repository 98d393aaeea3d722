import type { INestApplicationContext } from '@nestjs/common';
import type { ModelRecord, ModelService, ModelSwitch } from '#intelligence';
import { HoldfastError, type Permission } from '#kernel';
import type { Appliance } from '#manifest';
import { defineCommand } from '../command.ts';
import { formatBytes, formatTable } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { withServices } from '../with-services.ts';

const ofOrganisation = { flags: '--organisation <name>', summary: 'on whose record it goes, when there are several' };
const namedModel = [
  { notation: '<name>', summary: 'name of the model' },
  { notation: '[version]', summary: 'its version; the newest unless given' },
];

/** Runs work with the models, on behalf of whoever calls the command. */
function withModels<Result>(
  appliance: Appliance,
  command: string,
  permissions: Permission[],
  organisation: unknown,
  work: (models: ModelService) => Promise<Result>,
): Promise<Result> {
  const rooms = async () => [(await import('#intelligence')).IntelligenceModule];
  const run = async (services: INestApplicationContext) => {
    const { CommandContext } = await import('#identity');
    const { runAs } = await import('#kernel');
    const { ModelService } = await import('#intelligence');
    const name = typeof organisation === 'string' ? organisation : undefined;
    const context = await services.get(CommandContext).create(command, permissions, name);
    return runAs(context, () => work(services.get(ModelService, { strict: false })));
  };
  return withServices(appliance, run, rooms);
}

const list = defineCommand({
  name: 'models list',
  summary: 'List the models, versions side by side, and what works because of them.',
  permission: 'model.read',
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, { options }) => {
    const work = async (models: ModelService) => ({
      models: await models.list(),
      capabilities: await models.capabilities(),
    });
    const found = await withModels(appliance, 'models list', ['model.read'], options.organisation, work);
    if (json) terminal.answer({ models: found.models.map(toAnswer), capabilities: found.capabilities });
    else print(found, terminal);
    return undefined;
  },
});

const importFolder = defineCommand({
  name: 'models import',
  summary: 'Import a model from a folder with a model.json; it stays disabled unless --enable is given.',
  permission: 'model.update',
  account: 'caller',
  arguments: [{ notation: '<folder>', summary: 'the folder' }],
  options: [{ flags: '--enable', summary: 'enable it at once' }, ofOrganisation],
  run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
    const { resolve } = await import('node:path');
    const work = async (models: ModelService) => {
      const model = await models.import(resolve(String(given.folder)));
      return options.enable === true ? models.setEnabled(model.id, true) : { model, replaced: [], affectedAssets: 0 };
    };
    const done = await withModels(appliance, 'models import', ['model.update'], options.organisation, work);
    const { model } = done;
    terminal.say(`${terminal.style('green', '✓')} ${model.name} ${model.version} is imported.`);
    if (model.enabled) sayEnabled(done, terminal);
    else terminal.say(`Enable it with: holdfast models enable ${model.name} ${model.version}`);
    if (json) terminal.answer({ model: toAnswer(model), affectedAssets: done.affectedAssets });
    return undefined;
  },
});

function switching(word: 'enable' | 'disable', summary: string) {
  const enabled = word === 'enable';
  return defineCommand({
    name: `models ${word}`,
    summary,
    permission: 'model.update',
    arguments: namedModel,
    options: [ofOrganisation],
    run: async ({ appliance, terminal, json }, { arguments: given, options }) => {
      const work = async (models: ModelService) => {
        const model = choose(await models.list(), String(given.name), given.version, enabled);
        return models.setEnabled(model.id, enabled);
      };
      const permissions: Permission[] = ['model.read', 'model.update'];
      const done = await withModels(appliance, `models ${word}`, permissions, options.organisation, work);
      if (enabled) sayEnabled(done, terminal);
      else sayDisabled(done, terminal);
      if (json) terminal.answer({ model: toAnswer(done.model), affectedAssets: done.affectedAssets });
      return undefined;
    },
  });
}

/** The model meant: of the given version, else the newest to be enabled, or the enabled one to be disabled. */
function choose(models: ModelRecord[], name: string, version: unknown, enabling: boolean): ModelRecord {
  const named = models.filter((model) => model.name === name);
  const wanted = typeof version === 'string' ? named.filter((model) => model.version === version) : named;
  const [model] = enabling ? wanted : [...wanted.filter((one) => one.enabled), ...wanted];
  if (model) return model;
  const known = named.length > 0 ? named : models;
  throw new HoldfastError('MODEL_NOT_FOUND', {
    kind: 'not-found',
    message: `There is no model ${[name, version].filter(Boolean).join(' ')}.`,
    action: `Name one of: ${known.map((one) => `${one.name} ${one.version}`).join(', ') || 'none is imported yet'}.`,
  });
}

function sayEnabled({ model, replaced, affectedAssets }: ModelSwitch, terminal: Terminal): void {
  const instead = replaced.map((other) => `${other.name} ${other.version}`).join(', ');
  terminal.say(
    `${terminal.style('green', '✓')} ${model.name} ${model.version} is enabled${instead ? ` instead of ${instead}` : ''}.`,
  );
  if (affectedAssets > 0) terminal.say(`It looks again at ${affectedAssets} assets in the background.`);
}

function sayDisabled({ model, affectedAssets }: ModelSwitch, terminal: Terminal): void {
  terminal.say(`${terminal.style('green', '✓')} ${model.name} ${model.version} is disabled.`);
  if (affectedAssets > 0) terminal.say(`What it made of ${affectedAssets} assets goes in the background.`);
}

function toAnswer({ id, name, version, task, enabled, folder, manifest, importedAt }: ModelRecord) {
  return { id, name, version, task, enabled, folder, licence: manifest.licence, importedAt };
}

function print(
  { models, capabilities }: { models: ModelRecord[]; capabilities: Awaited<ReturnType<ModelService['capabilities']>> },
  terminal: Terminal,
): void {
  const lines = models.map(({ name, version, task, enabled, manifest }) => {
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    return [name, version, task, enabled ? 'enabled' : 'disabled', formatBytes(bytes), manifest.licence.spdx];
  });
  const [heads, ...rows] = formatTable([['model', 'version', 'task', 'state', 'size', 'licence'], ...lines]);
  terminal.say(`${terminal.style('dim', heads ?? '')}\n${rows.map((row) => row.trimEnd()).join('\n')}\n`);
  const works = capabilities.map(({ name, enabled, by, hint }) => [
    enabled ? terminal.style('green', '✓') : terminal.style('yellow', '–'),
    capabilityNames[name],
    [by, hint].filter(Boolean).join('. '),
  ]);
  for (const line of formatTable(works)) terminal.say(line.trimEnd());
}

const capabilityNames = {
  similar: 'similar pictures',
  meaning: 'search by meaning',
  speech: 'speech to text',
  ocr: 'text in pictures',
};

export const commands = [
  list,
  importFolder,
  switching('enable', 'Enable a model; what it affects is looked at again in the background.'),
  switching('disable', 'Disable a model; what it has made goes, in the background.'),
];
