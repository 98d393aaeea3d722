import { askAgent } from '../box-agent.ts';
import { BoxPlans, lookAt, type RenderedPlan, requirePlan } from '../box-plans.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';
import { type DriftCase, driftCases } from './drift-cases.ts';
import { inForce } from './in-force.ts';
import type { Part } from './part.ts';

type Found = { kind: string; subject: string; expected: string; seen: string; cause: string };
const patienceSeconds = 240;

/** The agent looks by itself as well and may be quicker than the question: what it put right stands in its journal. */
async function find(machine: VirtualMachine, { kind, subject }: DriftCase, after: number): Promise<Found> {
  const endMs = Date.now() + patienceSeconds * 1000;
  let last = '';
  while (Date.now() < endMs) {
    const { drift, state } = await askAgent(machine, 'cores.observe', {});
    const found = drift.find((one) => one.kind === kind && subject.test(one.subject));
    if (found) return found;
    const { entries } = await askAgent(machine, 'journal.read', { after, limit: 200 });
    const healing = entries.find(
      ({ event, facts }) => event === 'healing' && facts.kind === kind && subject.test(String(facts.subject)),
    );
    if (healing) return { cause: 'put right before anybody asked', ...(healing.facts as Omit<Found, 'cause'>) };
    last = `${state}; drift: ${drift.map((one) => `${one.kind} ${one.subject}`).join(', ') || 'none'}`;
  }
  throw new Error(`the agent does not find it: ${last}`);
}

/** Nothing of the kind any more, and the machine is the plan again. */
async function requireGone(machine: VirtualMachine, kind: string, plans: BoxPlans, plan: RenderedPlan): Promise<void> {
  const { drift } = await askAgent(machine, 'cores.observe', {});
  const left = drift.filter((one) => one.kind === kind).map(({ subject, seen }) => `${subject}: ${seen}`);
  if (left.length > 0) throw new Error(`still there: ${left.join('; ')}`);
  requirePlan(await lookAt(machine, plan), plan, plans.online);
}

async function tryCase(machine: VirtualMachine, one: DriftCase, plans: BoxPlans, plan: RenderedPlan): Promise<string> {
  const { last } = await askAgent(machine, 'journal.read', { after: 0, limit: 1 });
  await machine.tell(one.make);
  const { subject, expected, seen } = await find(machine, one, last);
  if (one.undo !== undefined) await machine.tell(one.undo, 600);
  else await askAgent(machine, 'cores.heal', { kind: one.kind as 'P' | 'K' | 'I' });
  await requireGone(machine, one.kind, plans, plan);
  return `${subject}: ${seen} instead of ${expected}; ${one.undo === undefined ? 'healed' : 'told, and gone once it was undone'}`;
}

export const drift: Part = {
  name: 'drift',
  what: 'drift made by hand is found and named; what may be healed is',
  async run({ box, report }) {
    const machine = await box.machine();
    const plans = await BoxPlans.of(machine);
    const plan = plans.plan();
    const check = (what: string, act: () => Promise<string | undefined>) => report.check('drift', what, act);
    if (!(await check('the plan is in force', () => inForce(machine, plan)))) return;
    await check('no drift at first', async () => {
      const { drift: found, looked } = await askAgent(machine, 'cores.observe', {});
      if (found.length > 0)
        throw new Error(
          found.map(({ kind, subject, seen, expected }) => `${kind} ${subject}: ${seen}, not ${expected}`).join('\n'),
        );
      return `${looked.threads} threads, ${looked.interrupts} interrupts and masks, ${looked.fixedInterrupts} that cannot be moved`;
    });
    for (const one of driftCases(plan)) await check(`${one.kind}: ${one.what}`, () => tryCase(machine, one, plans, plan));
  },
};
