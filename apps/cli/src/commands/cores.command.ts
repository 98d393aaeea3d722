import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { planCores, proposeBudgets, renderPlan, whatIf } from '#allocation';
import { compareStrategies } from '#scaling';
import { defineCommand, exitCodes } from '../command.ts';
import { planOptions, readPlanInput, readThreadChanges } from '../cores/plan-input.ts';
import { inWords, planAnswer, sayInfeasible, sayPlan } from '../cores/say-plan.ts';
import { sayProposal } from '../cores/say-proposal.ts';
import { sayComparison } from '../scaling/say-comparison.ts';
import { chosenQueues, contestOf, readRecord } from '../scaling/simulation-input.ts';
import { withServices } from '../with-services.ts';

const plan = defineCommand({
  name: 'cores plan',
  summary: 'Show which workload would run on which CPUs, and why; changes nothing.',
  permission: 'local',
  account: 'caller',
  options: planOptions,
  run: async ({ appliance, terminal, json }, { options }) => {
    const input = readPlanInput(appliance, options);
    const found = planCores(input);
    if (json) terminal.answer(found.feasible ? planAnswer(found) : found);
    else if (found.feasible) sayPlan(terminal, input.topology, found);
    else sayInfeasible(terminal, found);
    return found.feasible ? exitCodes.ok : exitCodes.error;
  },
});

const whatIfCommand = defineCommand({
  name: 'cores what-if',
  summary: 'Show who would move and what would get worse with other budgets, such as video=8; changes nothing.',
  permission: 'local',
  account: 'caller',
  arguments: [
    { notation: '<changes...>', summary: 'budgets in threads: video=8 api=6; what is added comes out of the reserve' },
  ],
  options: planOptions,
  run: async ({ appliance, terminal, json }, { arguments: words, options }) => {
    const input = readPlanInput(appliance, options);
    const found = whatIf(input, readThreadChanges([words.changes ?? []].flat(), input.budgets));
    if ('feasible' in found) {
      if (json) terminal.answer(found);
      else sayInfeasible(terminal, found);
      return exitCodes.error;
    }
    const { after, worse, better } = found;
    if (json) terminal.answer({ ...planAnswer(after), worse, better });
    else {
      sayPlan(terminal, input.topology, after);
      const moved = after.changes.map(({ id }) => id);
      terminal.say(moved.length > 0 ? `Other CPUs for: ${moved.join(', ')}.` : 'Nobody gets other CPUs.');
      for (const { part, before, after: now } of worse) terminal.say(`  worse: ${inWords(part)}, ${before} → ${now}`);
      for (const { part, before, after: now } of better) terminal.say(`  better: ${inWords(part)}, ${before} → ${now}`);
    }
    return exitCodes.ok;
  },
});

const render = defineCommand({
  name: 'cores render',
  summary: 'Write the slices and drop-ins of the plan as systemd would read them; changes nothing on the machine.',
  permission: 'local',
  account: 'caller',
  options: [...planOptions, { flags: '--out <folder>', summary: 'write them below this folder instead of printing them' }],
  run: async ({ appliance, terminal, json }, { options }) => {
    const input = readPlanInput(appliance, options);
    const found = planCores(input);
    if (!found.feasible) {
      if (json) terminal.answer(found);
      else sayInfeasible(terminal, found);
      return exitCodes.error;
    }
    const files = renderPlan(input.topology, found, input.budgets);
    const folder = typeof options.out === 'string' ? resolve(options.out) : undefined;
    for (const { path, text } of folder ? files : []) {
      mkdirSync(dirname(join(folder as string, path)), { recursive: true });
      writeFileSync(join(folder as string, path), text);
    }
    if (json) terminal.answer({ planId: found.planId, files });
    else if (folder) terminal.say(`${files.length} files of plan ${found.planId.slice(0, 12)} are below ${folder}.`);
    else for (const { path, text } of files) terminal.say(`== /etc/systemd/system/${path}\n${text}`);
    return exitCodes.ok;
  },
});

const propose = defineCommand({
  name: 'cores propose',
  summary:
    'Propose other budgets from the load of the last weeks, with the evidence and what they would have changed; changes nothing.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    const input = readPlanInput(appliance, {});
    const load = await withServices(
      appliance,
      async (services) => {
        const { measuredLoad, SliceLoadRepository } = await import('#monitoring');
        return measuredLoad(services.get(SliceLoadRepository, { strict: false }), new Date());
      },
      async () => [(await import('#monitoring')).SliceLoadModule],
    );
    const found = proposeBudgets({ ...input, load });
    if (json) terminal.answer(found.kind === 'none' ? found : { ...found, plan: planAnswer(found.plan) });
    else sayProposal(terminal, found);
    return exitCodes.ok;
  },
});

const simulate = defineCommand({
  name: 'cores simulate',
  summary: 'Play recorded load through the five strategies that give queues their workers, and compare; changes nothing.',
  permission: 'local',
  account: 'caller',
  options: [
    { flags: '--load <file>', summary: 'recorded load, as `holdfast queues load --out FILE` writes it', required: true },
    { flags: '--queue <name>', summary: 'this queue only' },
    { flags: '--days <days>', summary: 'play the last so many days (7); the strategies learn from what lies before' },
    { flags: '--wait <seconds>', summary: 'what counts as late (the queue’s target, or 60)' },
    { flags: '--max <slots>', summary: 'the most jobs at a time (the queue’s, or twice what is declared)' },
    { flags: '--start <seconds>', summary: 'how long a new slot takes before its first job (5)' },
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    const found = chosenQueues(readRecord(String(options.load)), options.queue).map(([queue, minutes]) => {
      const contest = contestOf(appliance, queue, options);
      return { queue, waitSeconds: contest.waitSeconds, ...compareStrategies({ minutes, ...contest }) };
    });
    if (json) terminal.answer({ queues: found });
    else for (const { queue, waitSeconds, ...comparison } of found) sayComparison(terminal, queue, comparison, waitSeconds);
    return exitCodes.ok;
  },
});

export const commands = [plan, whatIfCommand, render, propose, simulate];
