import { apply, askAgent, waitForAgent } from '../box-agent.ts';
import { BoxPlans, lookAt } from '../box-plans.ts';
import { departures } from '../look/judge-look.ts';
import type { Part } from './part.ts';

export const deadMan: Part = {
  name: 'dead-man',
  what: 'a change that nobody confirms goes back by itself',
  async run({ box, report }) {
    const machine = await box.machine();
    const plans = await BoxPlans.of(machine);
    const [former, other] = [plans.plan(), plans.plan({ video: 8, reserve: 6 })];
    const before = await lookAt(machine, former);
    const { generation: base } = await askAgent(machine, 'status', {});
    const check = (what: string, act: () => Promise<string | undefined>) => report.check('dead-man', what, act);
    let generation = 0;
    const applied = await check('another plan is in force and waits', async () => {
      const status = await apply(machine, other, { baseGeneration: base, deadManSeconds: 30 });
      generation = status.generation;
      return `generation ${generation}, ${status.state}`;
    });
    if (applied)
      await check('unconfirmed, the former state is back, whole', async () => {
        const status = await waitForAgent(machine, 600, ({ pending }) => pending === null);
        if (status.generation !== base) throw new Error(`generation ${status.generation} is in force, not ${base}`);
        const after = await lookAt(machine, former);
        const found = departures(after, before.files, plans.online);
        if (found.length > 0) throw new Error(found.join('\n'));
        return `generation ${base} in force`;
      });
  },
};
