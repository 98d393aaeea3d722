import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describeGpus, readGpus, renderGpu } from '#allocation';
import { type Appliance, profileFolder, readManifest } from '#manifest';
import { defineCommand, exitCodes } from '../command.ts';
import { sayCards, sayShares } from '../gpu/say-gpus.ts';
import { sayObstacles } from '../memory/say-memory.ts';

const planOptions = [
  { flags: '--manifest <file>', summary: 'what this manifest declares, not what is in force' },
  { flags: '--nvidia-smi <program>', summary: 'the machine that this program tells of, not this one' },
];

/** The cards, with what the appliance or another manifest declares of them. */
async function look(appliance: Appliance, options: Record<string, unknown>) {
  const { manifest, nvidiaSmi } = options;
  const declared = typeof manifest === 'string' ? readManifest(manifest, profileFolder(appliance.checkout)) : appliance;
  const reading = await readGpus(typeof nvidiaSmi === 'string' ? resolve(nvidiaSmi) : undefined);
  return { declared, found: describeGpus(reading, declared) };
}

const show = defineCommand({
  name: 'gpu show',
  summary: 'Show the graphics cards and what they do, or why there are none.',
  permission: 'local',
  account: 'caller',
  options: planOptions,
  run: async ({ appliance, terminal, json }, { options }) => {
    const { found } = await look(appliance, options);
    if (json) terminal.answer(found);
    else sayCards(terminal, found);
    return exitCodes.ok;
  },
});

const plan = defineCommand({
  name: 'gpu plan',
  summary: 'Show who may take how much of which card, and what does not fit; changes nothing.',
  permission: 'local',
  account: 'caller',
  options: planOptions,
  run: async ({ appliance, terminal, json }, { options }) => {
    const { found } = await look(appliance, options);
    const isFeasible = found.obstacles.length === 0;
    if (json) terminal.answer({ feasible: isFeasible, ...found });
    else {
      sayShares(terminal, found);
      if (found.problem !== null) terminal.say(found.problem);
      sayObstacles(terminal, found.obstacles);
    }
    return isFeasible ? exitCodes.ok : exitCodes.error;
  },
});

const render = defineCommand({
  name: 'gpu render',
  summary:
    'Write the drop-ins of programs and the unit of the MPS server as systemd would read them; changes nothing on the machine.',
  permission: 'local',
  account: 'caller',
  options: [...planOptions, { flags: '--out <folder>', summary: 'write them below this folder instead of printing them' }],
  run: async ({ appliance, terminal, json }, { options }) => {
    const { declared, found } = await look(appliance, options);
    const files = found.plan ? renderGpu({ cards: declared.gpu.cards, planId: found.plan.planId }) : [];
    const folder = typeof options.out === 'string' ? resolve(options.out) : undefined;
    for (const { path, text } of folder ? files : []) {
      const file = join(folder as string, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    if (json) terminal.answer({ files, obstacles: found.obstacles });
    else {
      sayObstacles(terminal, found.obstacles);
      for (const { path, text } of folder ? [] : files) terminal.say(`== /etc/systemd/system/${path}\n${text}`);
      if (folder || files.length === 0) terminal.say(`${files.length} ${files.length === 1 ? 'file' : 'files'}.`);
    }
    return found.obstacles.length === 0 ? exitCodes.ok : exitCodes.error;
  },
});

export const commands = [show, plan, render];
