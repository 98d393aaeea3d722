import type { GenerationDiffAnswer, HistoryAnswer } from '#reconcile';
import type { ApiSession } from '../api-session.adapter.ts';
import { type CommandContext, type CommandInput, defineCommand } from '../command.ts';
import { meantDomains, readHostWords, readWhole } from '../reconcile/host-words.ts';
import { sayHistory, sayHostChanges } from '../reconcile/say-host.ts';
import { ofOrganisation, withApi } from '../with-api.ts';

const generations = [1, 999_999_999] as const;
type Entry = HistoryAnswer['generations'][number];

const history = defineCommand({
  name: 'history',
  summary: 'Show what was changed on the host, by whom, and what became of it.',
  permission: 'box.read',
  arguments: [{ notation: '[words...]', summary: 'a domain: cores, memory; all unless said' }],
  options: [
    { flags: '--diff <generation>', summary: 'how the files of this generation differ from those before it' },
    { flags: '--against <generation>', summary: '… from those of this generation' },
    ofOrganisation,
  ],
  run: (context, input) => {
    const asking = { command: 'history', permissions: ['box.read' as const], organisation: input.options.organisation };
    return withApi(context.appliance, asking, async (api) => {
      const domains = await meantDomains(api, readHostWords(input));
      if (input.options.diff !== undefined) return showDiff(api, domains[0] ?? 'cores', context, input);
      const found = await Promise.all(domains.map((domain) => api.get<HistoryAnswer>(`/reconcile/${domain}/history`)));
      const entries = mergeEntries(found.flatMap((one) => one.generations));
      if (context.json) context.terminal.answer({ generations: entries });
      else sayHistory(entries, context.terminal);
      return undefined;
    });
  },
});

/** Domains that share the host's numbers tell of the same changes. */
function mergeEntries(entries: readonly Entry[]): Entry[] {
  const byId = new Map(entries.map((entry) => [entry.changeId, entry]));
  return [...byId.values()].sort((one, other) => (one.changeId < other.changeId ? 1 : -1));
}

async function showDiff(
  api: ApiSession,
  domain: string,
  { terminal, json }: CommandContext,
  { options }: CommandInput,
): Promise<undefined> {
  const generation = readWhole(options.diff, '--diff', generations);
  const against = options.against === undefined ? '' : `?against=${readWhole(options.against, '--against', generations)}`;
  const found = await api.get<GenerationDiffAnswer>(`/reconcile/${domain}/history/${generation}/diff${against}`);
  if (json) return void terminal.answer(found);
  sayHostChanges(found.changes, terminal);
  let file = '';
  for (const line of found.lines) {
    if (line.file !== file) terminal.say(terminal.style('bold', line.file));
    file = line.file;
    const text = `${line.kind}${line.text}`;
    terminal.say(line.kind === ' ' ? text : terminal.style(line.kind === '+' ? 'green' : 'red', text));
  }
  return undefined;
}

export const commands = [history];
