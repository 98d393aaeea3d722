import { writeFileSync } from 'node:fs';
import { formatLoadRecord } from '#scaling';
import { defineCommand } from '../command.ts';
import { withServices } from '../with-services.ts';

const load = defineCommand({
  name: 'queues load',
  summary: 'Write what came into each queue, minute by minute, as JSON Lines: what `cores simulate` plays.',
  permission: 'local',
  options: [
    { flags: '--days <days>', summary: 'so many days back', default: '28' },
    { flags: '--out <file>', summary: 'into this file instead of printing it' },
  ],
  run: async ({ appliance, terminal, json }, { options }) => {
    const days = Math.min(366, Math.max(1, Number(options.days) || 28));
    const record = await withServices(appliance, async (services) => {
      const { QueueLoadRepository } = await import('#queue');
      return services.get(QueueLoadRepository, { strict: false }).since(new Date(Date.now() - days * 86_400_000));
    });
    const text = formatLoadRecord(record);
    const minutes = [...record.values()].reduce((sum, { length }) => sum + length, 0);
    const out = typeof options.out === 'string' ? options.out : undefined;
    if (out) writeFileSync(out, text);
    if (json) terminal.answer({ queues: [...record.keys()], minutes, file: out ?? null });
    else if (out) terminal.say(`${minutes} minutes of ${record.size} queues are in ${out}.`);
    else terminal.say(text.trimEnd() || 'No job has ended yet.');
    return undefined;
  },
});

export const commands = [load];
