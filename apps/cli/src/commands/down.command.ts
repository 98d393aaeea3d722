import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { ApplianceState } from '#supervisor';
import { type CommandContext, defineCommand, exitCodes } from '../command.ts';
import { formatSeconds } from '../format.ts';
import { accountForUnits, stopUnits } from '../installed/turn-units.ts';

/** Longer than all services together may take to end. */
const limitMs = 120_000;

const down = defineCommand({
  name: 'down',
  summary: 'Stop the appliance; nothing is left running.',
  permission: 'local',
  account: accountForUnits,
  run: async (context) => {
    if (context.appliance.isRunBySystemd) return stopUnits(context);
    const { readLiveState } = await import('#supervisor');
    const state = readLiveState(context.appliance);
    const stopped = state ? await stopSupervisor(context, state) : false;
    // Also after an orderly stop: a supervisor that had to be killed leaves its children.
    const leftOver = await clearUp(context);
    if (context.json) context.terminal.answer({ wasRunning: stopped, ended: leftOver });
    else if (!stopped)
      context.terminal.say(
        leftOver.length > 0 ? `Ended what a killed start had left: ${leftOver.join(', ')}.` : 'Holdfast is not running.',
      );
    return exitCodes.ok;
  },
});

async function stopSupervisor({ terminal }: CommandContext, state: ApplianceState): Promise<boolean> {
  const { endProcess, isRunning, signalProcess } = await import('#supervisor');
  const startedMs = performance.now();
  try {
    signalProcess(state.supervisor, 'SIGTERM');
  } catch (cause) {
    throw new HoldfastError('SUPERVISOR_FOREIGN', {
      kind: 'forbidden',
      message: `The appliance was started by another account (process ${state.supervisor.pid}).`,
      action: 'Stop it as that account, or with sudo ./holdfast down.',
      cause,
    });
  }
  terminal.say('Stopping …');
  while (isRunning(state.supervisor)) {
    await sleep(50);
    if (performance.now() - startedMs > limitMs) {
      terminal.complain('It does not end by itself; ending it.');
      await endProcess(state.supervisor, []);
    }
  }
  terminal.say(
    `${terminal.style('green', '✓')} Stopped in ${formatSeconds(performance.now() - startedMs)}. Nothing is left running.`,
  );
  return true;
}

/** Ends what a killed supervisor left, unless somebody is starting the appliance this moment. */
async function clearUp({ appliance }: CommandContext): Promise<string[]> {
  const { acquireRunLock, endLeftOvers, readState } = await import('#supervisor');
  if (!readState(appliance)) return [];
  const lock = await acquireRunLock(appliance.home);
  if (!lock) return [];
  try {
    return await endLeftOvers(appliance);
  } finally {
    await lock.release();
  }
}

export const commands = [down];
