import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { type CommandContext, exitCodes } from '../command.ts';

/** Whose account commands run under that ask systemd for something: only root may, so they stay the caller's where units run the appliance. */
export function accountForUnits({ isRunBySystemd }: Appliance): 'server' | 'caller' {
  return isRunBySystemd ? 'caller' : 'server';
}

/** Starts the units, waits until they are ready, and says where the appliance is. */
export async function startUnits(context: CommandContext): Promise<number> {
  const { turnAppliance } = await import('#supervisor');
  const { announce } = await import('../announce.ts');
  ensureRoot('up');
  await turnAppliance('start', context.appliance);
  await announce(context, 'Holdfast is ready at');
  return exitCodes.ok;
}

/** Stops the units of the appliance; Debian's servers and the host agent go on. */
export async function stopUnits({ appliance, terminal, json }: CommandContext): Promise<number> {
  const { isTargetActive, turnAppliance } = await import('#supervisor');
  ensureRoot('down');
  const wasRunning = await isTargetActive();
  await turnAppliance('stop', appliance);
  if (json) terminal.answer({ wasRunning, ended: [] });
  else terminal.say(wasRunning ? 'Stopped. PostgreSQL, Redis, nginx and the host agent go on.' : 'Holdfast is not running.');
  return exitCodes.ok;
}

function ensureRoot(command: string): void {
  if (process.getuid?.() === 0) return;
  throw new HoldfastError('SYSTEMD_REFUSED', {
    kind: 'forbidden',
    message: 'Systemd runs this appliance, and only root may start and stop its units.',
    action: `Run: sudo holdfast ${command}`,
  });
}
