import { AgentClient } from '../../../libs/agent-protocol/src/index.ts';
import { planCores, readTopology } from '../../../libs/allocation/src/index.ts';
import { asHoldfastError, newId } from '../../../libs/kernel/src/index.ts';

// Asks the host agent for something and prints its answer, or the code of its refusal, as a line: ask-agent.ts rollback|apply|restart|journal|logs|no-logs

const client = new AgentClient('test');
const acts: Record<string, () => Promise<unknown>> = {
  rollback: () => client.call('cores.rollback', { generation: 1 }),
  restart: () => client.call('services.restart', { service: 'nginx', idempotencyKey: newId() }),
  journal: () => client.call('journal.read', { after: 0, limit: 200 }),
  logs: () => client.call('services.logs', { service: 'agent', lines: 1000 }),
  'no-logs': () => client.call('services.logs', { service: 'postgresql', lines: 1000 }),
  apply: async () => {
    const topology = readTopology();
    const threads = topology.cores.flatMap(({ cpus }) => cpus).length;
    const plan = planCores({ topology, budgets: [{ id: 'os', class: 'system', threads }] });
    if (!plan.feasible) throw new Error(plan.message);
    const { planId, topologyHash, assignments } = plan;
    return client.call('cores.apply', { planId, topologyHash, assignments, baseGeneration: 0, idempotencyKey: newId() });
  },
};
try {
  console.log(JSON.stringify(await acts[process.argv[2] ?? '']?.()));
} catch (error) {
  const { code, message } = asHoldfastError(error);
  console.log(JSON.stringify({ code, message }));
}
