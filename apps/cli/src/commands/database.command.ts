import { defineCommand } from '../command.ts';
import { ensureRunning } from '../running.ts';

const migrate = defineCommand({
  name: 'database migrate',
  summary: 'Bring the database schema up to date; `holdfast up` does it at every start.',
  permission: 'local',
  run: async ({ appliance, terminal, json }) => {
    await ensureRunning(appliance);
    const { migrate: apply } = await import('#database');
    const { socketFolder, databaseName: database } = appliance;
    const { applied } = await apply({ socketFolder, database, user: 'hf_owner' });
    if (json) terminal.answer({ applied });
    terminal.say(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The schema is up to date.');
    return undefined;
  },
});

export const commands = [migrate];
