import { apply, askAgent, waitForAgent } from '../box-agent.ts';
import { BoxPlans, lookAt, type RenderedPlan, requirePlan } from '../box-plans.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { stateAtCut } from './cut-instant.ts';
import type { Part, PartContext } from './part.ts';

const journal = '/var/lib/holdfast-agent/journal';
/** The api and the workers have no part in an apply by the agent, and a start without them takes a third as long. */
const leftOut = ['holdfast.target', 'holdfast-keyd.service'];
const firstThreads = {};
const otherThreads = { video: 8, reserve: 6 };

/** What is in force, and how long a whole change takes. */
interface Standing {
  generation: number;
  plan: RenderedPlan;
  wholeMs: number;
}

/** Applies a plan and confirms it, telling what it knows as it goes. */
async function change(
  machine: VirtualMachine,
  plan: RenderedPlan,
  base: number,
  told: { generation?: number; confirmed?: boolean },
) {
  const { generation } = await apply(machine, plan, { baseGeneration: base, deadManSeconds: 600 });
  told.generation = generation;
  await askAgent(machine, 'cores.confirm', { generation });
  told.confirmed = true;
}

async function begin(context: PartContext, plans: BoxPlans): Promise<Standing> {
  const machine = await context.box.machine();
  const plan = plans.plan(firstThreads);
  const { generation: base } = await askAgent(machine, 'status', {});
  const startedMs = performance.now();
  await change(machine, plan, base, {});
  const { generation } = await askAgent(machine, 'status', {});
  return { generation, plan, wholeMs: performance.now() - startedMs };
}

/** Changes to another plan, cuts the power somewhere on the way, boots, and requires the old or the new generation, whole. */
async function cutOnce(context: PartContext, plans: BoxPlans, standing: Standing): Promise<string> {
  const threads = standing.plan.planId === plans.plan(firstThreads).planId ? otherThreads : firstThreads;
  const aim = plans.plan(threads);
  const machine = await context.box.machine();
  const told: { generation?: number; confirmed?: boolean } = {};
  const changing = change(machine, aim, standing.generation, told).catch(() => {});
  const delayMs = context.random() * standing.wholeMs * 1.05;
  await new Promise((settle) => setTimeout(settle, delayMs));
  await context.box.cutPower();
  await changing;

  const again = await context.box.machine();
  const instant = stateAtCut(await again.tell(`cat ${journal}`), standing.generation);
  const status = await waitForAgent(again, 900, ({ pending }) => pending === null);
  const isNew = status.planId === aim.planId;
  if (told.confirmed && !isNew) throw new Error('the new generation was confirmed, and the old one is in force');
  if (!isNew && status.generation !== standing.generation)
    throw new Error(
      `generation ${status.generation} with plan ${status.planId?.slice(0, 12)} is neither the old one nor the new one`,
    );
  const inForce = isNew ? aim : standing.plan;
  requirePlan(await lookAt(again, inForce), inForce, plans.online);
  Object.assign(standing, { generation: status.generation, plan: inForce });
  return `after ${(delayMs / 1000).toFixed(1)} s, ${instant}: the ${isNew ? 'new' : 'old'} generation (${status.generation}), whole`;
}

export const cuts: Part = {
  name: 'cuts',
  what: 'the power goes at random instants of an apply: the old or the new generation holds, whole',
  async run(context) {
    const { box, report } = context;
    await box.discard();
    box.without = leftOut;
    const plans = await BoxPlans.of(await box.machine());
    let standing: Standing | undefined;
    await report.check('cuts', 'a whole change before the first cut', async () => {
      standing = await begin(context, plans);
      return `${(standing.wholeMs / 1000).toFixed(1)} s`;
    });
    const start = standing;
    for (let number = 1; start && number <= context.cuts; number += 1) {
      const held = await report.check('cuts', `cut ${number} of ${context.cuts}`, () => cutOnce(context, plans, start));
      if (!held) return;
    }
    box.without = [];
    await box.discard();
  },
};
