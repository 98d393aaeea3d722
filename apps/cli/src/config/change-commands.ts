import {
  adoptManifest,
  type Changed,
  editManifest,
  GenerationLog,
  placeOf,
  restoreManifest,
  setInManifest,
} from '#generations';
import { HoldfastError } from '#kernel';
import { type CommandContext, type CommandInput, defineCommand } from '../command.ts';
import { configAuthor } from './config-author.ts';
import { sayChanges } from './say-config.ts';

const options = [{ flags: '--reason <reason>', summary: 'why; it is kept with the generation', required: true }];
const shared = { permission: 'local', account: 'caller', repairsManifest: true, options } as const;

function changeOf({ options }: CommandInput) {
  return { author: configAuthor(), reason: String(options.reason) };
}

function sayChanged({ terminal, json }: CommandContext, { generation, changes }: Changed): undefined {
  if (json) return void terminal.answer({ generation: generation ?? null, changes });
  if (generation === undefined) return void terminal.say('Nothing changes.');
  terminal.say(`${terminal.style('green', '✓')} Generation ${generation}.`);
  sayChanges(terminal, changes);
  if (changes.length > 0) terminal.say('It is in force from the next start: ./holdfast down, then ./holdfast up.');
}

/** Reads a generation's number. Throws CONFIG_NUMBER_INVALID. */
export function readNumber(word: string | string[] | undefined): number | undefined {
  if (word === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(String(word))) return Number(word);
  throw new HoldfastError('CONFIG_NUMBER_INVALID', {
    kind: 'invalid',
    message: `"${word}" is no number of a generation.`,
    action: 'See ./holdfast config history.',
  });
}

const set = defineCommand({
  name: 'config set',
  summary: 'Set values of the manifest and record a generation; comments and order stay.',
  ...shared,
  arguments: [{ notation: '<assignments...>', summary: 'KEY=VALUE: redis.maxMemoryMb=512 workloads.video.threads=8' }],
  run: async (context, input) => {
    const words = [input.arguments.assignments ?? []].flat();
    return sayChanged(context, await setInManifest(new GenerationLog(placeOf(context.appliance)), words, changeOf(input)));
  },
});

const unset = defineCommand({
  name: 'config unset',
  summary: "Take values out of the manifest, so that its profile's are in force again, and record a generation.",
  ...shared,
  arguments: [{ notation: '<keys...>', summary: 'redis.maxMemoryMb, workloads, zones.office' }],
  run: async (context, input) => {
    const keys = [input.arguments.keys ?? []].flat();
    const log = new GenerationLog(placeOf(context.appliance));
    return sayChanged(context, await editManifest(log, { unset: keys }, changeOf(input)));
  },
});

const restore = defineCommand({
  name: 'config restore',
  summary: 'Put the manifest back to a generation, also over edits by hand, and record that.',
  ...shared,
  arguments: [{ notation: '[generation]', summary: 'its number; the newest unless said' }],
  run: async (context, input) => {
    const number = readNumber(input.arguments.generation);
    return sayChanged(context, await restoreManifest(new GenerationLog(placeOf(context.appliance)), number, changeOf(input)));
  },
});

const adopt = defineCommand({
  name: 'config adopt',
  summary: 'Take over the manifest as it was edited by hand, as a generation.',
  ...shared,
  run: async (context, input) =>
    sayChanged(context, await adoptManifest(new GenerationLog(placeOf(context.appliance)), changeOf(input))),
});

export const changeCommands = [set, unset, restore, adopt];
