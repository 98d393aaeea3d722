import type { DomainAnswer, HealAnswer } from '#reconcile';
import { defineCommand, exitCodes } from '../command.ts';
import { meantDomains, readHostWords } from '../reconcile/host-words.ts';
import { sayDrift } from '../reconcile/say-host.ts';
import { ofOrganisation, withApi } from '../with-api.ts';

const drift = defineCommand({
  name: 'drift',
  summary: 'Show how the host departs from what is in force; exit code 1 where it does or cannot be asked.',
  permission: 'box.read',
  arguments: [{ notation: '[words...]', summary: 'a domain: cores, memory; all unless said' }],
  options: [{ flags: '--heal', summary: 'put right now what needs no decision' }, ofOrganisation],
  run: ({ appliance, terminal, json }, input) => {
    const isHealing = input.options.heal === true;
    const permissions = isHealing ? (['box.read', 'box.change'] as const) : (['box.read'] as const);
    const asking = { command: 'drift', permissions: [...permissions], organisation: input.options.organisation };
    return withApi(appliance, asking, async (api) => {
      const found: DomainAnswer[] = [];
      for (const domain of await meantDomains(api, readHostWords(input))) {
        const before = await api.get<DomainAnswer>(`/reconcile/${domain}`);
        const { healed } =
          isHealing && before.hostControl.available
            ? await api.post<HealAnswer>(`/reconcile/${domain}/heal`, {})
            : { healed: 0 };
        if (healed > 0) terminal.say(`${domain}: ${healed} put right.`);
        found.push(isHealing ? await api.get<DomainAnswer>(`/reconcile/${domain}`) : before);
      }
      if (json) terminal.answer({ domains: found });
      else for (const one of found) sayDrift(one, terminal);
      const isWell = found.every(({ drift: records, hostControl }) => records.length === 0 && hostControl.available);
      return isWell ? exitCodes.ok : exitCodes.error;
    });
  },
});

export const commands = [drift];
