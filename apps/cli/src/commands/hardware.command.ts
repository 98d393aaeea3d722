import { defineCommand } from '../command.ts';
import { sayHardware } from '../hardware/say-hardware.ts';

const hardware = defineCommand({
  name: 'hardware',
  summary: 'Show what the machine is made of, and what of it could not be read.',
  permission: 'local',
  account: 'caller',
  run: async ({ appliance, terminal, json }) => {
    await import('reflect-metadata');
    const { BoxPaths, readHardware } = await import('#monitoring');
    const found = await readHardware(new BoxPaths(), appliance.tiers);
    if (json) terminal.answer(found);
    else sayHardware(found, terminal);
    return undefined;
  },
});

export const commands = [hardware];
