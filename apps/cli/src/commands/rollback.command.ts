import type { DomainAnswer, OutcomeAnswer } from '#reconcile';
import type { ApiSession } from '../api-session.adapter.ts';
import { type CommandContext, type CommandInput, defineCommand, exitCodes } from '../command.ts';
import { askFirst } from '../reconcile/ask-first.ts';
import { endChange, sayEnd } from '../reconcile/change-end.ts';
import { revertChange } from '../reconcile/follow-change.ts';
import { meantDomains, readHostWords, readWhole } from '../reconcile/host-words.ts';
import { sayHostChanges } from '../reconcile/say-host.ts';
import { ofOrganisation, withApi } from '../with-api.ts';

const bounds = [5, 600] as const;
const generations = [1, 999_999_999] as const;

const rollback = defineCommand({
  name: 'rollback',
  summary: 'Take back what waits on the host, or go back to a former generation.',
  permission: 'box.change',
  arguments: [{ notation: '[words...]', summary: 'a domain: cores, memory; all unless said' }],
  options: [
    { flags: '--to <generation>', summary: 'go back to this generation, as a change that waits like any other' },
    { flags: '--yes', summary: 'do not ask before' },
    { flags: '--confirm', summary: 'keep it at once' },
    { flags: '--seconds <seconds>', summary: 'how long it waits for its confirmation', default: '60' },
    ofOrganisation,
  ],
  run: (context, input) => {
    const permissions = ['box.read' as const, 'box.change' as const];
    const asking = { command: 'rollback', permissions, organisation: input.options.organisation };
    return withApi(context.appliance, asking, async (api) => {
      const domains = await meantDomains(api, readHostWords(input));
      if (input.options.to !== undefined) return goBack(api, domains[0] ?? 'cores', context, input);
      let worst: number = exitCodes.ok;
      for (const domain of domains) worst = Math.max(worst, await revert(api, domain, context));
      return worst;
    });
  },
});

async function goBack(api: ApiSession, domain: string, context: CommandContext, { options }: CommandInput): Promise<number> {
  const { terminal } = context;
  const generation = readWhole(options.to, '--to', generations);
  const confirmSeconds = readWhole(options.seconds, '--seconds', bounds);
  if (!(await askFirst(`Go back to generation ${generation}?`, options.yes === true, terminal))) return exitCodes.ok;
  const { pending } = await api.post<OutcomeAnswer>(`/reconcile/${domain}/rollback`, { generation, confirmSeconds });
  if (!pending) return sayEnd('failed', 'committed', terminal);
  sayHostChanges(pending.changes, terminal);
  return endChange({ api, domain, pending }, options.confirm === true, context);
}

async function revert(api: ApiSession, domain: string, { terminal, json }: CommandContext): Promise<number> {
  const { pending } = await api.get<DomainAnswer>(`/reconcile/${domain}`);
  if (!pending) {
    if (json) terminal.answer({ domain, state: null });
    terminal.say(`${domain}: nothing waits.`);
    return exitCodes.ok;
  }
  const { state } = await revertChange(api, domain, pending.changeId);
  if (json) terminal.answer({ domain, state });
  return sayEnd(state, 'rolled-back', terminal);
}

export const commands = [rollback];
