import { defineCommand } from '../command.ts';
import { formatBytes } from '../format.ts';
import { withServices } from '../with-services.ts';

const sweep = defineCommand({
  name: 'objects sweep',
  summary:
    'Remove stored bytes that nothing refers to and that are older than objects.orphanHours; workers do it by themselves.',
  permission: 'local',
  options: [{ flags: '--dry-run', summary: 'only count what would go' }],
  run: async ({ appliance, terminal, json }, { options }) => {
    const isRehearsal = options.dryRun === true;
    const report = await withServices(
      appliance,
      async (services) => {
        const { ObjectSweeper } = await import('#media');
        return services.get(ObjectSweeper, { strict: false }).sweep({ isRehearsal });
      },
      async () => [(await import('#media')).ObjectSweepModule],
    );
    if (json) terminal.answer({ ...report, dryRun: isRehearsal });
    const { examined, orphans, orphanBytes, spared } = report;
    const found = `${orphans} of ${examined} objects (${formatBytes(orphanBytes)})`;
    if (isRehearsal) terminal.say(`${found} would go: nothing refers to them.`);
    else terminal.say(`${terminal.style('green', '✓')} ${found} removed: nothing referred to them.`);
    if (spared > 0) terminal.say(`${spared} were spared: they came to be needed meanwhile.`);
    return undefined;
  },
});

export const commands = [sweep];
