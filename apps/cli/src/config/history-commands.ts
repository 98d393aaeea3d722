import {
  blame,
  diffLines,
  findDrift,
  findValueChanges,
  type Generation,
  GenerationLog,
  pickGeneration,
  placeOf,
} from '#generations';
import { type CommandContext, defineCommand, exitCodes } from '../command.ts';
import { formatInstant, formatTable } from '../format.ts';
import { readNumber } from './change-commands.ts';
import { generationAnswer, sayChanges, sayDrift, sayHistory, sayLines } from './say-config.ts';

const shared = { permission: 'local', account: 'caller', repairsManifest: true } as const;
const logOf = ({ appliance }: CommandContext) => new GenerationLog(placeOf(appliance));

const history = defineCommand({
  name: 'config history',
  summary: 'List the generations of the manifest: who changed it when and why.',
  ...shared,
  run: async (context) => {
    const generations = await logOf(context).list();
    if (context.json) context.terminal.answer(generations.map(generationAnswer));
    else if (generations.length === 0) context.terminal.say('No generation yet: ./holdfast up records the first.');
    else sayHistory(context.terminal, generations);
    return exitCodes.ok;
  },
});

const diff = defineCommand({
  name: 'config diff',
  summary: 'Compare two generations; with one, it and the newest; with none, the newest two.',
  ...shared,
  arguments: [
    { notation: '[from]', summary: 'number of a generation' },
    { notation: '[to]', summary: 'number of a generation' },
  ],
  run: async (context, { arguments: words }) => {
    const generations = await logOf(context).list();
    const to = pickGeneration(generations, readNumber(words.to));
    const from = pickGeneration(generations, readNumber(words.from) ?? Math.max(1, to.number - 1));
    const lines = diffLines(from.file, to.file);
    const changes = findValueChanges(JSON.parse(from.resolved), JSON.parse(to.resolved));
    if (context.json) context.terminal.answer({ from: from.number, to: to.number, changes, lines });
    else {
      context.terminal.say(`Generation ${from.number} → ${to.number}`);
      sayLines(context.terminal, lines);
      sayChanges(context.terminal, changes);
    }
    return exitCodes.ok;
  },
});

const blameCommand = defineCommand({
  name: 'config blame',
  summary: 'Say of each line of the newest generation who brought it, when and why.',
  ...shared,
  run: async (context) => {
    const generations = await logOf(context).list();
    pickGeneration(generations, undefined);
    const lines = blame(generations.map(({ file }) => file));
    const rows = lines.map(({ number, text }, index) => ({
      ...(generations[number - 1] as Generation),
      line: index + 1,
      text,
    }));
    if (context.json)
      context.terminal.answer(
        rows.map(({ line, number, author, instant, reason, text }) => ({ line, number, author, instant, reason, text })),
      );
    else
      for (const row of formatTable(
        rows.map(({ number, author, instant, text }) => [`${number}`, author, formatInstant(instant), text]),
      ))
        context.terminal.say(row);
    return exitCodes.ok;
  },
});

const drift = defineCommand({
  name: 'config drift',
  summary: 'Say whether the manifest differs from its newest generation, how, and since when; exit code 1 if it does.',
  ...shared,
  run: async (context) => {
    const log = logOf(context);
    const found = await findDrift(log);
    if (context.json) context.terminal.answer(found);
    else sayDrift(context.terminal, log.place.file, found);
    return found.state === 'none' ? exitCodes.ok : exitCodes.error;
  },
});

const verify = defineCommand({
  name: 'config verify',
  summary: 'Check the signatures of all generations, and that none was changed, removed or inserted.',
  ...shared,
  run: async (context) => {
    const { terminal, json } = context;
    const found = await logOf(context).verify();
    if (json) terminal.answer({ ...found, key: found.key ?? null });
    for (const { number, problem } of found.problems)
      terminal.say(`${terminal.style('red', '✗')} Generation ${number}: ${problem}.`);
    if (found.problems.length > 0) return exitCodes.error;
    terminal.say(
      `${terminal.style('green', '✓')} ${found.generations} ${found.generations === 1 ? 'generation' : 'generations'}, each signed and in its place.`,
    );
    return exitCodes.ok;
  },
});

export const historyCommands = [history, diff, blameCommand, drift, verify];
