import type { Appliance } from '#manifest';
import { defineCommand } from '../command.ts';
import { ensureRunning } from '../running.ts';

const migrate = defineCommand({
  name: 'database migrate',
  summary: 'Bring the database schema up to date; every start of the appliance does it.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    await ensureServer(appliance);
    const { migrate: apply } = await import('#database');
    const { socketFolder, databasePort: port, databaseName: database } = appliance;
    const { applied } = await apply({ socketFolder, port, database, user: 'hf_owner' });
    if (json) terminal.answer({ applied });
    terminal.say(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The schema is up to date.');
    return undefined;
  },
});

const prepare = defineCommand({
  name: 'database prepare',
  summary: 'Create the roles, the database and its extensions where they are missing; as the account postgres.',
  permission: 'local',
  account: 'caller',
  run: async ({ appliance, terminal }) => {
    await ensureServer(appliance);
    const { ensureProductDatabase } = await import('#supervisor');
    await ensureProductDatabase(appliance.socketFolder, appliance.databaseName, appliance.databasePort);
    terminal.say(`The database ${appliance.databaseName} is there.`);
    return undefined;
  },
});

/** Units start the server before they call this, and the rest of the appliance only after it. */
async function ensureServer(appliance: Appliance): Promise<void> {
  if (!appliance.isRunBySystemd) await ensureRunning(appliance);
}

export const commands = [migrate, prepare];
