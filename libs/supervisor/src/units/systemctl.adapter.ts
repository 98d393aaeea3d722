import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import type { ServiceStatus } from '../service-status.ts';
import { targetUnit, unitsOf } from './unit-list.ts';
import { describeUnit, parseUnitProperties, statusProperties, type UnitProperties } from './unit-status.ts';

const program = '/usr/bin/systemctl';
const run = promisify(execFile);

/** Longer than all units together may take to start or stop. */
const limitMs = 1_800_000;

function failed(words: readonly string[], cause: unknown): HoldfastError {
  const { stderr, message } = cause as { stderr?: string; message: string };
  return new HoldfastError('SYSTEMD_REFUSED', {
    kind: 'unavailable',
    message: `systemctl ${words.join(' ')} failed: ${stderr?.trim() || message}`,
    action: `Ask as root, and look at: systemctl status ${targetUnit}`,
    cause,
  });
}

async function systemctl(words: readonly string[], timeout = 15_000): Promise<string> {
  try {
    const { stdout } = await run(program, words, { timeout, env: { LC_ALL: 'C.UTF-8', SYSTEMD_COLORS: '0' } });
    return stdout;
  } catch (cause) {
    throw failed(words, cause);
  }
}

/** What systemd says of units, in the order asked for; anybody may ask. Throws SYSTEMD_REFUSED where there is no systemd. */
export async function readUnits(units: readonly string[], properties: readonly string[]): Promise<UnitProperties[]> {
  const words = ['show', '--timestamp=unix', `--property=${properties.join(',')}`, '--', ...units];
  return parseUnitProperties(await systemctl(words));
}

/** What systemd says of one unit. */
export async function readUnit(unit: string): Promise<UnitProperties> {
  const [found] = await readUnits([unit], statusProperties);
  return found ?? {};
}

/** The services of an appliance as their units have them. */
export async function readUnitServices(appliance: Appliance): Promise<ServiceStatus[]> {
  const names = unitsOf(appliance);
  const found = await readUnits(
    names.map(({ unit }) => unit),
    statusProperties,
  );
  return names.map((name, index) => describeUnit(name, found[index] ?? {}, Date.now()));
}

/** Whether the appliance's units have been started. */
export async function isTargetActive(): Promise<boolean> {
  const { ActiveState } = await readUnit(targetUnit);
  return ActiveState === 'active' || ActiveState === 'activating';
}

/** Starts or stops the whole appliance and waits until that is done; root may. Debian's servers and the agent are started with it, and left running. */
export async function turnAppliance(verb: 'start' | 'stop', appliance: Appliance): Promise<void> {
  // A target counts as started before what it wants is.
  const own = unitsOf(appliance).filter(({ unit }) => /^holdfast-(api|worker|keyd)/.test(unit));
  await systemctl([verb, targetUnit, ...own.map(({ unit }) => unit)], limitMs);
}
