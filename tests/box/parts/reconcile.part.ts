import { askAgent, waitForAgent } from '../box-agent.ts';
import { BoxApi } from '../box-api.ts';
import { BoxPlans, lookAt, requirePlan } from '../box-plans.ts';
import { extentOf } from '../look/judge-look.ts';
import type { Part } from './part.ts';

const values = { 'video.threads': 8 };
const threads = { video: 8, reserve: 6 };

interface Planned {
  feasible: boolean;
  planId: string;
  baseGeneration: number;
  changes: { subject: string; what: string; from: string | null; to: string | null }[];
}

export const reconcile: Part = {
  name: 'reconcile',
  what: 'budgets changed through the api: planned, applied, kept; host, api and manifest agree',
  async run({ box, report }) {
    const machine = await box.machine();
    const plans = await BoxPlans.of(machine);
    const { assignments: inForce } = await waitForAgent(machine, 900, ({ pending }) => pending === null);
    const expected = plans.plan(threads, inForce ?? undefined);
    const check = (what: string, act: () => Promise<string | undefined>) => report.check('reconcile', what, act);
    let changeId = '';
    const applied = await check('planned and applied', async () => {
      const api = await BoxApi.signIn(machine);
      const plan = await api.post<Planned>('/reconcile/cores/plan', { values });
      if (!plan.feasible) throw new Error(JSON.stringify(plan));
      const { planId, baseGeneration } = plan;
      const pending = await api.post<{ changeId: string }>('/reconcile/cores/apply', {
        planId,
        baseGeneration,
        values,
        confirmSeconds: 600,
      });
      changeId = pending.changeId;
      return plan.changes.map(({ subject, what, from, to }) => `${subject} ${what} ${from} → ${to}`).join(', ');
    });
    if (!applied) return;
    await check('kept', async () => {
      const { state } = await (await BoxApi.signIn(machine)).post<{ state: string }>('/reconcile/cores/confirm', { changeId });
      if (state !== 'committed') throw new Error(state);
      const { planId } = await askAgent(machine, 'status', {});
      if (planId !== expected.planId)
        throw new Error(`in force is ${planId?.slice(0, 12)}, and the tests plan ${expected.planId.slice(0, 12)}`);
      return state;
    });
    await check('files, systemd, kernel and threads are the plan', async () => {
      const look = await lookAt(machine, expected);
      requirePlan(look, expected, plans.online);
      return extentOf(look);
    });
    await check('api, agent and manifest say the same', async () => {
      const told = await (await BoxApi.signIn(machine)).get<{ generation: number; planId: string; notApplied: number }>(
        '/reconcile/cores',
      );
      const status = await askAgent(machine, 'status', {});
      const manifest = await machine.tell("grep -E 'id: video' /etc/holdfast/appliance.yaml");
      if (told.generation !== status.generation || told.planId !== status.planId)
        throw new Error(JSON.stringify({ told, status }));
      if (!manifest.includes('threads: 8') || told.notApplied !== 0)
        throw new Error(`${manifest}; not applied: ${told.notApplied}`);
      return `generation ${told.generation}`;
    });
  },
};
