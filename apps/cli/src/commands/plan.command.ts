import type { PlanAnswer } from '#reconcile';
import { defineCommand, exitCodes } from '../command.ts';
import { hostArgument, meantDomains, readHostWords } from '../reconcile/host-words.ts';
import { sayHostPlan } from '../reconcile/say-host.ts';
import { ofOrganisation, withApi } from '../with-api.ts';

const plan = defineCommand({
  name: 'plan',
  summary: 'Show what would change on the host with other values, or with what is declared; changes nothing.',
  permission: 'box.read',
  arguments: [hostArgument],
  options: [ofOrganisation],
  run: async ({ appliance, terminal, json }, input) => {
    const words = readHostWords(input);
    const asking = { command: 'plan', permissions: ['box.read' as const], organisation: input.options.organisation };
    const plans = await withApi(appliance, asking, async (api) => {
      const domains = await meantDomains(api, words);
      return Promise.all(
        domains.map(async (domain) => {
          const found = await api.post<PlanAnswer>(`/reconcile/${domain}/plan`, { values: words.values });
          return { domain, ...found };
        }),
      );
    });
    if (json) terminal.answer(words.domain === undefined ? { plans } : plans[0]);
    else for (const found of plans) sayHostPlan(found.domain, found, terminal);
    return plans.every(({ feasible }) => feasible) ? exitCodes.ok : exitCodes.error;
  },
});

export const commands = [plan];
