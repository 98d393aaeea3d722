import { setTimeout as wait } from 'node:timers/promises';
import { HoldfastError } from '#kernel';
import type { Appliance } from '#manifest';
import { defineCommand, exitCodes } from '../command.ts';
import { sayLog, sayServices } from '../services/say-services.ts';

const followEveryMs = 1000;

const services = defineCommand({
  name: 'services',
  summary: 'List the processes of the appliance: state, since when, restarts, memory, slice and CPUs.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    const { chooseHost } = await import('#services');
    const host = await chooseHost(appliance);
    const found = await host.list();
    if (json) terminal.answer({ host: host.kind, services: found });
    else if (host.kind === 'nobody') terminal.say('Neither a supervisor nor systemd runs services here: ./holdfast up.');
    else sayServices(terminal, found);
    return host.kind === 'nobody' ? exitCodes.notRunning : exitCodes.ok;
  },
});

const logs = defineCommand({
  name: 'services logs',
  summary: 'Show the end of the log of a service; secrets are taken out.',
  permission: 'local',
  // The host agent reads the journal for root and the api only.
  account: 'caller',
  arguments: [{ notation: '<service>', summary: 'as ./holdfast services lists it' }],
  options: [
    { flags: '-n, --lines <count>', summary: 'so many lines', default: '50' },
    { flags: '-f, --follow', summary: 'go on with what is written from now' },
  ],
  run: async ({ appliance, terminal, json }, input) => {
    const { host, service } = await find(appliance, String(input.arguments.service));
    const lines = readCount(input.options.lines);
    let page = await host.readLog(service, { lines });
    if (json) terminal.answer(page);
    if (json) return exitCodes.ok;
    if (page.reason !== null) terminal.say(page.reason);
    sayLog(terminal, page.lines);
    while (input.options.follow) {
      await wait(followEveryMs);
      page = await host.readLog(service, { lines: 1000, after: page.cursor ?? undefined });
      sayLog(terminal, page.lines);
    }
    return exitCodes.ok;
  },
});

const restart = defineCommand({
  name: 'services restart',
  summary: 'Restart a service; says what that interrupts.',
  permission: 'local',
  // The host agent restarts units for root and the api only.
  account: 'caller',
  arguments: [{ notation: '<service>', summary: 'as ./holdfast services lists it' }],
  run: async ({ appliance, terminal, json }, input) => {
    const { interruptionOf } = await import('#services');
    const { host, service } = await find(appliance, String(input.arguments.service));
    const reason = await host.whyNoRestart(service);
    if (reason !== undefined)
      throw new HoldfastError('SERVICE_RESTART_UNAVAILABLE', {
        kind: 'unavailable',
        message: `${service.title} cannot be restarted from here.`,
        action: reason,
      });
    const interruption = interruptionOf(service.kind, appliance.keys.seal);
    await host.restart(service);
    if (json) terminal.answer({ id: service.id, interruption });
    else terminal.say(`${terminal.style('green', '✓')} ${service.title} is being restarted. ${interruption}`);
    return exitCodes.ok;
  },
});

async function find(appliance: Appliance, id: string) {
  const { chooseHost } = await import('#services');
  const host = await chooseHost(appliance);
  const found = await host.list();
  const service = found.find((one) => one.id === id);
  if (service) return { host, service };
  throw new HoldfastError('SERVICE_NOT_FOUND', {
    kind: 'not-found',
    message: `There is no service ${id}.`,
    action: `There are ${found.map((one) => one.id).join(', ')}.`,
  });
}

function readCount(word: unknown): number {
  const count = Number(word);
  if (Number.isInteger(count) && count >= 1 && count <= 100_000) return count;
  throw new HoldfastError('LOG_LINES_INVALID', {
    kind: 'invalid',
    message: `--lines is ${word}, which is no count from 1 to 100000.`,
  });
}

export const commands = [services, logs, restart];
