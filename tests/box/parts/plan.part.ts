import { apply, askAgent } from '../box-agent.ts';
import { BoxPlans, lookAt, requirePlan } from '../box-plans.ts';
import { extentOf } from '../look/judge-look.ts';
import { movedServices } from './in-force.ts';
import type { Part } from './part.ts';

export const plan: Part = {
  name: 'plan',
  what: 'a plan is applied, confirmed, and read back from the kernel',
  async run({ box, report }) {
    const machine = await box.machine();
    const plans = await BoxPlans.of(machine);
    const wanted = plans.plan();
    const check = (what: string, act: () => Promise<string | undefined>) => report.check('plan', what, act);
    let generation = 0;
    const applied = await check('applied by the agent', async () => {
      const { generation: base } = await askAgent(machine, 'status', {});
      const status = await apply(machine, wanted, { baseGeneration: base, deadManSeconds: 600 });
      generation = status.generation;
      return `generation ${generation}, ${status.state}`;
    });
    if (!applied) return;
    await check('confirmed', async () => (await askAgent(machine, 'cores.confirm', { generation })).state);
    await check('services restarted into their slices', async () => {
      await machine.tell(`systemctl restart ${Object.keys(movedServices).join(' ')}`, 900);
      const told = await machine.tell(`systemctl show -p Slice --value ${Object.keys(movedServices).join(' ')} | grep .`);
      const expected = Object.values(movedServices).join('\n');
      if (told !== expected) throw new Error(told);
      return Object.values(movedServices).join(', ');
    });
    await check('files, systemd, kernel and threads are the plan', async () => {
      const look = await lookAt(machine, wanted);
      requirePlan(look, wanted, plans.online);
      return extentOf(look);
    });
  },
};
