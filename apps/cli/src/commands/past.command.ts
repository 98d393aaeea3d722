import { defineCommand } from '../command.ts';
import { type Past, pastLines, readSpan } from '../hardware/past-lines.ts';
import { ofOrganisation, withApi } from '../with-api.ts';

/** As many as fit beside their figures. */
const points = 48;
/** What the api takes at the least, and at the most. */
const [leastStep, mostStep] = [5, 86_400];

const past = defineCommand({
  name: 'past',
  summary:
    'Show what was measured: slices.cpu, slices.memory, pressure, tiers.used, temperatures, nginx.traffic …; a name that is none is answered with all of them.',
  permission: 'box.read',
  arguments: [{ notation: '[metric]', summary: 'what was measured; slices.cpu unless said' }],
  options: [{ flags: '--last <span>', summary: 'how far back: 90m, 6h, 1d, 4w', default: '1h' }, ofOrganisation],
  run: ({ appliance, terminal, json }, { arguments: { metric }, options }) => {
    const seconds = readSpan(options.last);
    const step = Math.min(mostStep, Math.max(leastStep, Math.ceil(seconds / points)));
    const untilMs = Math.floor(Date.now() / 1000) * 1000;
    const fromMs = untilMs - seconds * 1000;
    const asking = { command: 'past', permissions: ['box.read' as const], organisation: options.organisation };
    return withApi(appliance, asking, async (api) => {
      const words = new URLSearchParams({
        metric: typeof metric === 'string' ? metric : 'slices.cpu',
        from: new Date(fromMs).toISOString(),
        to: new Date(untilMs).toISOString(),
        step: String(step),
      });
      const found = await api.get<Past>(`/telemetry/history?${words}`);
      if (json) terminal.answer(found);
      else if (found.lines.length === 0) terminal.say(`Nothing of ${found.metric} was measured in that time.`);
      else for (const line of pastLines(found, fromMs, untilMs)) terminal.say(line);
      return undefined;
    });
  },
});

export const commands = [past];
