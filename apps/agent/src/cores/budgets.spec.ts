import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApplyRequest, agentVerbs, type RequestOf } from '#agent-protocol';
import { formatCpuList } from '#allocation';
import { systemClock } from '#kernel';
import { Journal } from '../journal/journal.adapter.ts';
import { type Box, generationIn } from '../testing/box.ts';
import { makeBox, removeBox } from '../testing/make-box.ts';
import { Turns } from '../turns.ts';
import { CoreChanges } from './core-changes.ts';
import { GenerationHistory } from './generation-history.ts';

let box: Box;
let journal: Journal;
let cores: CoreChanges;
beforeEach(() => {
  box = makeBox();
  journal = new Journal(join(box.state, 'journal'), systemClock);
  const history = new GenerationHistory(journal.records);
  const shared = { host: box.host, journal, history, turns: new Turns(), clock: systemClock };
  cores = new CoreChanges({ ...shared, inventory: box.inventory, say: () => {} });
});
afterEach(async () => {
  await cores.stop();
  journal.close();
  removeBox(box);
});

const asked = { claimedActor: 'test', peer: null, until: Number.POSITIVE_INFINITY };
const apply = (request: RequestOf<'cores.apply'>) =>
  cores.apply(agentVerbs['cores.apply'].request.parse(request) as ApplyRequest, asked);
const invalid = (code: string, words: string) => expect.objectContaining({ code, message: expect.stringContaining(words) });
const gigabytes = (count: number) => count * 2 ** 30;
const memory = { minMb: 1024, highMb: 2048, maxMb: 4096 };

it('takes budgets in place of those that are declared, and keeps them whatever the manifest says later', async () => {
  const budgets = { postgresql: { threads: 6, memory, ioWeight: 400 }, reserve: { threads: 6 } };
  await apply(box.request(0, { budgets }));
  await cores.confirm(1, asked);
  box.declare({ postgresql: 2 });
  expect(cores.status().budgets).toMatchObject({
    postgresql: { threads: 6, memory, cpuWeight: 100, ioWeight: 400 },
    video: { threads: 6, memory: null, ioWeight: 100 },
  });
  expect(cores.status().assignments?.postgresql).toHaveLength(6);
  const { groups } = await cores.read();
  expect(groups.find(({ name }) => name === 'holdfast-postgresql.slice')).toMatchObject({
    limits: { memoryMin: gigabytes(1), memoryHigh: gigabytes(2), memoryMax: gigabytes(4), ioWeight: 400 },
    kernelLimits: { memoryMin: gigabytes(1), memoryMax: gigabytes(4) },
  });
  expect(groups.find(({ name }) => name === 'holdfast.slice')).toMatchObject({ limits: { memoryMin: gigabytes(1) } });
});

it('goes back to the memory of before as to the CPUs', async () => {
  await apply(box.request(0, { budgets: { postgresql: { memory } } }));
  await cores.confirm(1, asked);
  const old = generationIn(box);
  const more = { ...memory, maxMb: 8192 };
  await apply(
    box.request(1, {
      budgets: { postgresql: { memory: more, cpuWeight: 200 }, video: { threads: 8 }, reserve: { threads: 6 } },
    }),
  );
  expect(box.host.state.liveLimits['holdfast-postgresql.slice']).toMatchObject({ memoryMax: gigabytes(8), cpuWeight: 200 });
  await cores.rollback(2, asked);
  expect(generationIn(box)).toBe(old);
});

it('takes limits of memory away again, whatever the manifest declares', async () => {
  await apply(box.request(0, { budgets: { postgresql: { memory } } }));
  await cores.confirm(1, asked);
  await apply(box.request(1, { budgets: { postgresql: { memory: null } } }));
  await cores.confirm(2, asked);
  expect(cores.status().budgets?.postgresql?.memory).toBeNull();
  expect(box.host.state.liveLimits['holdfast-postgresql.slice']).toMatchObject({ memoryMin: 0, memoryMax: null });
});

it.each([
  ['of a workload that nobody declared', { stranger: { threads: 2 } }, 'no workload stranger'],
  ['of no thread', { video: { threads: 0 } }, 'video needs at least 1'],
  [
    'that guarantee more than there is',
    { video: { memory: { minMb: 125_000, highMb: 126_000, maxMb: 127_000 } } },
    '122880 MB',
  ],
])('refuses budgets %s, and does nothing', async (_which, budgets, words) => {
  await expect(apply({ ...box.request(0), budgets })).rejects.toEqual(invalid('AGENT_BUDGET_INVALID', words));
  expect(box.host.state.acts).toBe(0);
});

it('refuses a plan that is of other budgets than those it comes with', async () => {
  const request = { ...box.request(0), budgets: { postgresql: { threads: 6 } } };
  await expect(apply(request)).rejects.toEqual(invalid('AGENT_ASSIGNMENT_INVALID', 'postgresql gets 4 CPUs'));
});

it('sets no limit below what programs hold, which would end some of them', async () => {
  box.host.change({ held: { 'holdfast-postgresql.slice': gigabytes(5) } });
  const request = box.request(0, { budgets: { postgresql: { memory } } });
  await expect(apply(request)).rejects.toEqual(invalid('AGENT_BUDGET_INVALID', 'hold 5120 MB now'));
  expect(box.host.state.acts).toBe(0);
});

it('keeps interrupts and the kernel’s own work off the workloads, and puts them back with the rest', async () => {
  const { interrupts } = box.host.state;
  await apply(box.request(0));
  const common = formatCpuList(box.host.state.live['system.slice'] ?? []);
  const masks = () => box.host.state.interrupts.map(({ id, allowed }) => [id, formatCpuList(allowed)]);
  expect(masks()).toEqual([...['default', 'workqueue', '24'].map((id) => [id, common]), ['30', '0-31']]);
  await cores.rollback(1, asked);
  expect(box.host.state.interrupts).toEqual(interrupts);
});

it.each([
  ['a service has fallen over', 'redis-server.service ran before and is failed now'],
  ['nobody answers any more', 'nobody answers at /run/postgresql'],
])('goes back when %s', async (what, words) => {
  const { setCpus } = box.host;
  const { services } = box.host.state;
  box.host.setCpus = async (group, cpus) => {
    if (what.startsWith('a service'))
      box.host.change({
        services: services.map((one) => ({ ...one, state: one.unit.startsWith('redis') ? 'failed' : one.state })),
      });
    else box.host.change({ sockets: [] });
    return setCpus.call(box.host, group, cpus);
  };
  const old = box.host.state.live;
  await expect(apply(box.request(0))).rejects.toEqual(invalid('AGENT_VERIFY_FAILED', words));
  expect(box.host.state.live).toEqual(old);
});

it('is not confirmed when a service fell over and came back meanwhile', async () => {
  await apply(box.request(0));
  box.host.change({ services: box.host.state.services.map((one) => ({ ...one, restarts: 1 })) });
  await expect(cores.confirm(1, asked)).rejects.toEqual(invalid('AGENT_VERIFY_FAILED', 'fell over'));
});
