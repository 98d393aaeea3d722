import { apply, askAgent } from '../box-agent.ts';
import type { RenderedPlan } from '../box-plans.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';

/** Debian's services that a plan moves: they come into their slices when they are started again. */
export const movedServices: Readonly<Record<string, string>> = {
  'postgresql@17-main.service': 'holdfast-postgresql.slice',
  'redis-server.service': 'holdfast-redis.slice',
  'nginx.service': 'holdfast-api.slice',
  'prometheus-node-exporter.service': 'holdfast-monitoring.slice',
};

/** Has a plan applied and confirmed, and services restarted into their slices, unless it is in force already. */
export async function inForce(machine: VirtualMachine, plan: RenderedPlan): Promise<string> {
  const { generation: base, planId } = await askAgent(machine, 'status', {});
  if (planId === plan.planId) return `generation ${base} was`;
  const { generation } = await apply(machine, plan, { baseGeneration: base, deadManSeconds: 600 });
  const { state } = await askAgent(machine, 'cores.confirm', { generation });
  await machine.tell(`systemctl restart ${Object.keys(movedServices).join(' ')}`, 900);
  return `generation ${generation}, ${state}`;
}
