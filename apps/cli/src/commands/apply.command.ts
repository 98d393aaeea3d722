import type { DomainAnswer, PendingAnswer, PlanAnswer } from '#reconcile';
import type { ApiSession } from '../api-session.adapter.ts';
import { type CommandContext, type CommandInput, defineCommand, exitCodes } from '../command.ts';
import { reportFailure } from '../failure.ts';
import { askFirst } from '../reconcile/ask-first.ts';
import { endChange, sayEnd } from '../reconcile/change-end.ts';
import { keepChange } from '../reconcile/follow-change.ts';
import { hostArgument, meantDomains, readHostWords, readWhole } from '../reconcile/host-words.ts';
import { sayHostPlan } from '../reconcile/say-host.ts';
import { ofOrganisation, withApi } from '../with-api.ts';

const bounds = [5, 600] as const;

const apply = defineCommand({
  name: 'apply',
  summary: 'Put a plan in force on the host; it goes back by itself unless somebody keeps it in time.',
  permission: 'box.change',
  arguments: [hostArgument],
  options: [
    { flags: '--yes', summary: 'do not ask before' },
    { flags: '--confirm', summary: 'keep it at once' },
    { flags: '--keep', summary: 'keep what waits already' },
    { flags: '--seconds <seconds>', summary: 'how long it waits for its confirmation', default: '60' },
    { flags: '--reason <reason>', summary: 'why; it is kept with the generation of the manifest' },
    ofOrganisation,
  ],
  run: (context, input) => {
    const permissions = ['box.read' as const, 'box.change' as const];
    const asking = { command: 'apply', permissions, organisation: input.options.organisation };
    return withApi(context.appliance, asking, (api) => applyAll(api, context, input));
  },
});

/** One domain that fails does not keep the others from theirs. */
async function applyAll(api: ApiSession, context: CommandContext, input: CommandInput): Promise<number> {
  const words = readHostWords(input);
  const seconds = readWhole(input.options.seconds, '--seconds', bounds);
  const act = input.options.keep ? keepWaiting : applyOne;
  let worst: number = exitCodes.ok;
  for (const domain of await meantDomains(api, words)) {
    try {
      worst = Math.max(worst, await act({ api, domain, values: words.values, seconds }, context, input));
    } catch (error) {
      worst = Math.max(worst, reportFailure(error, context.terminal, context.json));
    }
  }
  return worst;
}

interface Wish {
  api: ApiSession;
  domain: string;
  values: Record<string, number>;
  seconds: number;
}

async function applyOne({ api, domain, values, seconds }: Wish, context: CommandContext, input: CommandInput): Promise<number> {
  const { terminal, json } = context;
  const { options } = input;
  const plan = await api.post<PlanAnswer>(`/reconcile/${domain}/plan`, { values });
  if (json && (!plan.feasible || plan.changes.length === 0)) terminal.answer({ domain, ...plan });
  else sayHostPlan(domain, plan, terminal);
  if (!plan.feasible) return exitCodes.error;
  if (plan.changes.length === 0) return exitCodes.ok;
  if (!(await askFirst('Put it in force?', options.yes === true, terminal))) return exitCodes.ok;
  const { planId, baseGeneration } = plan;
  const reason = typeof options.reason === 'string' ? { reason: options.reason } : {};
  const pending = await api.post<PendingAnswer>(`/reconcile/${domain}/apply`, {
    ...{ planId, baseGeneration, values, confirmSeconds: seconds, ...reason },
  });
  return endChange({ api, domain, pending }, options.confirm === true, context);
}

async function keepWaiting({ api, domain }: Wish, { terminal, json }: CommandContext): Promise<number> {
  const { pending } = await api.get<DomainAnswer>(`/reconcile/${domain}`);
  if (!pending) {
    if (json) terminal.answer({ domain, state: null });
    terminal.say(`${domain}: nothing waits.`);
    return exitCodes.ok;
  }
  const { state } = await keepChange(api, domain, pending.changeId);
  if (json) terminal.answer({ domain, state });
  return sayEnd(state, 'committed', terminal);
}

export const commands = [apply];
