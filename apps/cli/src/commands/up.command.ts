import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { ApplianceState } from '#supervisor';
import { announce } from '../announce.ts';
import { type CommandContext, type CommandInput, defineCommand, exitCodes } from '../command.ts';
import { accountForUnits, startUnits } from '../installed/turn-units.ts';
import { ProgressView } from '../progress-view.ts';
import type { DetachedMessage } from '../run-detached.ts';

const up = defineCommand({
  name: 'up',
  summary: 'Start the appliance and keep it running until Ctrl-C or `holdfast down`.',
  permission: 'local',
  account: accountForUnits,
  makesHome: true,
  options: [
    { flags: '--detach', summary: 'return when it is ready and leave it running in the background' },
    { flags: '--sample', summary: 'load sample media once it runs' },
    { flags: '--supervise', summary: 'be the background process of --detach', hidden: true },
  ],
  run: async (context, { options }) => {
    if (context.appliance.isRunBySystemd) return startUnits(context);
    if (options.supervise) return beSupervisor(context);
    for (let attempt = 1; ; attempt += 1) {
      if (await findRunning(context)) {
        await welcome(context, 'Holdfast is already running at', options);
        return exitCodes.ok;
      }
      try {
        return await start(context, options);
      } catch (thrown) {
        // Somebody else began to start or stop it in this very moment: look again.
        if (!isAlreadyRunning(thrown) || attempt === mostAttempts) throw thrown;
        await sleep(attempt * 200);
      }
    }
  },
});

const mostAttempts = 10;

function isAlreadyRunning(thrown: unknown): boolean {
  return thrown instanceof HoldfastError && thrown.code === 'SUPERVISOR_ALREADY_RUNNING';
}

async function start(context: CommandContext, options: CommandInput['options']): Promise<number> {
  const { prepareHome } = await import('#supervisor');
  prepareHome(context.appliance);
  await recordConfiguration(context);
  return options.detach ? startDetached(context, options) : startHere(context, options);
}

/** Records a first generation of the manifest and says when it was edited by hand since; whatever goes wrong with that stops no start. */
async function recordConfiguration({ appliance, terminal }: CommandContext): Promise<void> {
  const { noteConfiguration } = await import('../config/note-configuration.ts');
  const notice = await noteConfiguration(appliance);
  if (notice) terminal.say(`${terminal.style('yellow', '!')} ${notice}`);
}

/** The state of an appliance that is up; one that is starting or stopping is waited for. */
async function findRunning({ appliance, terminal }: CommandContext): Promise<ApplianceState | undefined> {
  const { readLiveState } = await import('#supervisor');
  const view = new ProgressView(terminal);
  try {
    for (;;) {
      const state = readLiveState(appliance);
      if (!state || state.phase === 'ready') return state;
      if (state.phase === 'starting') view.show(state.steps);
      await sleep(200);
    }
  } finally {
    view.end();
  }
}

async function startHere(context: CommandContext, options: CommandInput['options']): Promise<number> {
  const { superviseHere } = await import('../run-foreground.ts');
  const { terminal } = context;
  const view = new ProgressView(terminal);
  let isStopping = false;
  terminal.say(terminal.style('bold', 'Starting Holdfast'));
  try {
    const { ended } = await superviseHere(context, {
      onChange: (state) => (isStopping ? undefined : view.show(state.steps)),
      onNotice: (message) => terminal.say(`${terminal.style('yellow', '!')} ${message}`),
      onStopAsked: () => {
        isStopping = true;
        view.end();
        terminal.say('\nStopping …');
      },
    });
    view.end();
    isStopping = true;
    await Promise.race([ended, welcome(context, 'Holdfast is ready at', options)]);
    await ended;
    terminal.say('Stopped. Nothing is left running.');
    return exitCodes.ok;
  } finally {
    view.end();
  }
}

async function startDetached(context: CommandContext, options: CommandInput['options']): Promise<number> {
  const { superviseInBackground } = await import('../run-detached.ts');
  const { terminal } = context;
  const view = new ProgressView(terminal);
  terminal.say(terminal.style('bold', 'Starting Holdfast'));
  try {
    await superviseInBackground(context, (changed) => view.show(changed.steps));
    view.end();
    await welcome(context, 'Holdfast is ready at', options);
    return exitCodes.ok;
  } finally {
    view.end();
  }
}

/** The address, the link for the first administrator, and the sample media where they are asked for. */
async function welcome(context: CommandContext, headline: string, options: CommandInput['options']): Promise<void> {
  await announce(context, headline);
  if (!options.sample) return;
  const { loadSamples } = await import('../samples.ts');
  await loadSamples(context);
}

async function beSupervisor(context: CommandContext): Promise<number> {
  const { superviseHere } = await import('../run-foreground.ts');
  const log = (message: string) => context.terminal.say(`${new Date().toISOString()} ${message}`);
  const { ended } = await superviseHere(context, {
    onChange: (state) => {
      if (process.connected) process.send?.({ state } satisfies DetachedMessage, undefined, undefined, () => {});
    },
    onNotice: log,
    onStopAsked: () => log('Stopping.'),
  });
  log('Ready.');
  await ended;
  log('Stopped.');
  return exitCodes.ok;
}

export const commands = [up];
