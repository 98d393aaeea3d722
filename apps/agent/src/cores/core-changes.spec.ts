import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApplyRequest, agentVerbs, type RequestOf } from '#agent-protocol';
import { formatCpuList, planOf } from '#allocation';
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
  start();
});
afterEach(async () => {
  await cores.stop();
  journal.close();
  removeBox(box);
});

function start(): void {
  journal = new Journal(join(box.state, 'journal'), systemClock);
  const history = new GenerationHistory(journal.records);
  const shared = { host: box.host, journal, history, turns: new Turns(), clock: systemClock };
  cores = new CoreChanges({ ...shared, inventory: box.inventory, say: () => {} });
}

const asked = { claimedActor: 'test', peer: null, until: Number.POSITIVE_INFINITY };
const apply = (request: RequestOf<'cores.apply'>, until = asked.until) =>
  cores.apply(agentVerbs['cores.apply'].request.parse(request) as ApplyRequest, { ...asked, until });
const code = (expected: string) => expect.objectContaining({ code: expected });
const live = (group: string) => formatCpuList(box.host.state.live[group] ?? []);

async function applied(base: number): Promise<number> {
  const { generation } = await apply(box.request(base));
  await cores.confirm(generation, asked);
  return generation;
}

it('gives each workload its CPUs, by systemd and by the kernel, and keeps them once confirmed', async () => {
  const request = box.request(0);
  const armed = await apply(request);
  expect(armed).toMatchObject({ generation: 1, state: 'armed', planId: request.planId });
  expect(cores.status()).toMatchObject({ generation: 0, pending: { generation: 1 } });
  expect(live('holdfast-postgresql.slice')).toBe(formatCpuList(request.assignments.postgresql ?? []));
  expect(await cores.confirm(1, asked)).toMatchObject({ state: 'committed', confirmBy: null });
  expect(cores.status()).toMatchObject({ generation: 1, pending: null });
  const { groups } = await cores.read();
  expect(groups.find(({ name }) => name === 'system.slice')).toMatchObject({ effective: box.host.state.live['user.slice'] });
  expect(box.host.units().every((file) => planOf(file) === request.planId)).toBe(true);
});

it('tells what became of a change by its key, and of none that was never asked for', async () => {
  const request = box.request(0);
  await apply(request);
  expect(cores.find(request.idempotencyKey).change).toMatchObject({ generation: 1, state: 'armed' });
  await cores.rollback(1, asked);
  expect(cores.find(request.idempotencyKey).change).toMatchObject({ generation: 1, state: 'rolled-back' });
  expect(cores.find('0f8fad5b-d9cb-469f-a165-70867728950e')).toEqual({ change: null });
});

it('never takes a CPU from anybody before it is free to be taken', async () => {
  await applied(0);
  const before = box.host.state.live;
  box.declare({ video: 8, reserve: 6, postgresql: 2 });
  const sets: [string, readonly number[]][] = [];
  const { setCpus } = box.host;
  box.host.setCpus = async function (group, cpus) {
    sets.push([group, cpus]);
    return setCpus.call(this, group, cpus);
  };
  await apply(box.request(1));
  const firstOf = (group: string) => sets.find(([name]) => name === group)?.[1];
  for (const [group, cpus] of Object.entries(before)) expect(firstOf(group)).toEqual(expect.arrayContaining(cpus));
});

it('goes back by itself when nobody confirms, to explicit values', async () => {
  await applied(0);
  const old = generationIn(box);
  box.declare({ video: 8, reserve: 6 });
  await apply(agentVerbs['cores.apply'].request.parse({ ...box.request(1), deadManSeconds: 5 }) as ApplyRequest);
  expect(generationIn(box)).not.toBe(old);
  await expect.poll(() => cores.status().pending, { timeout: 15_000, interval: 100 }).toBeNull();
  expect(generationIn(box)).toBe(old);
  expect(cores.status().generation).toBe(1);
  await expect(cores.confirm(2, asked)).rejects.toEqual(code('AGENT_NOTHING_PENDING'));
});

it('goes back when asked, twice as well as once', async () => {
  const old = box.host.state.live;
  await apply(box.request(0));
  expect(await cores.rollback(1, asked)).toMatchObject({ state: 'rolled-back', reason: 'somebody asked for it' });
  expect(await cores.rollback(1, asked)).toMatchObject({ state: 'rolled-back' });
  expect(box.host.state.live).toEqual(old);
  expect(box.host.units()).toEqual([]);
});

it('does the same request once', async () => {
  const request = box.request(0);
  const first = await apply(request);
  const { acts } = box.host.state;
  expect(await apply(request)).toEqual(first);
  await cores.confirm(1, asked);
  expect(await cores.confirm(1, asked)).toMatchObject({ state: 'committed' });
  expect(await apply(request)).toMatchObject({ generation: 1, state: 'committed' });
  expect(box.host.state.acts).toBe(acts);
  await expect(apply({ ...request, deadManSeconds: 61 })).rejects.toEqual(code('AGENT_KEY_REUSED'));
});

it('refuses another change while one waits, and a plan that builds on another generation', async () => {
  await apply(box.request(0));
  await expect(apply(box.request(0))).rejects.toEqual(code('AGENT_BUSY'));
  await cores.confirm(1, asked);
  const { acts } = box.host.state;
  for (const base of [0, 2]) await expect(apply(box.request(base))).rejects.toEqual(code('AGENT_GENERATION_STALE'));
  expect(box.host.state.acts).toBe(acts);
});

it.each([
  ['of another machine', { topologyHash: 'f'.repeat(64) }, 'AGENT_TOPOLOGY_CHANGED'],
  ['with another name', { planId: 'f'.repeat(64) }, 'AGENT_ASSIGNMENT_INVALID'],
  ['without workloads', { assignments: {} }, 'AGENT_ASSIGNMENT_INVALID'],
])('refuses a plan %s, and does nothing', async (_which, change, expected) => {
  await expect(apply(box.request(0, change))).rejects.toEqual(code(expected));
  expect(box.host.state.acts).toBe(0);
  expect(journal.records).toEqual([]);
});

it('refuses CPUs that are offline, given twice, too many or for nobody, whatever the plan is called', async () => {
  const { assignments } = box.request(0);
  const wrong = [
    { ...assignments, video: [500] },
    { ...assignments, video: [...(assignments.video ?? []), 0] },
    { ...assignments, video: assignments.ml ?? [] },
    { ...assignments, video: [] },
    { ...assignments, stranger: [] },
  ];
  for (const each of wrong)
    await expect(apply(box.request(0, { assignments: each }))).rejects.toEqual(code('AGENT_ASSIGNMENT_INVALID'));
  expect(box.host.state.acts).toBe(0);
});

it('does nothing where systemd refuses the files', async () => {
  box.host.change({ refusesFiles: true });
  await expect(apply(box.request(0))).rejects.toEqual(code('AGENT_VERIFY_FAILED'));
  expect(box.host.state.acts).toBe(0);
});

it.each([
  ['the kernel silently gives a group those of the one above', { ungranted: ['user.slice'] }, 'the kernel gives user.slice'],
  ['a group below has others', { below: { 'system.slice': [8] } }, 'groups below system.slice'],
])('sees where %s, and goes back', async (_what, trouble, words) => {
  await applied(0);
  const old = generationIn(box);
  box.declare({ video: 8, reserve: 6 });
  box.host.change(trouble);
  await expect(apply(box.request(1))).rejects.toMatchObject({ message: expect.stringContaining(words) });
  box.host.change({ below: {}, ungranted: [] });
  await expect.poll(() => cores.status().pending, { timeout: 15_000, interval: 100 }).toBeNull();
  expect(generationIn(box)).toBe(old);
});

it('keeps trying while it cannot go back, and lets nothing else happen meanwhile', async () => {
  const old = box.host.state.live;
  await apply(box.request(0));
  const { setCpus } = box.host;
  box.host.setCpus = async (group, cpus) => {
    if (group === 'user.slice') throw new Error('user.slice resists');
    return setCpus.call(box.host, group, cpus);
  };
  expect(await cores.rollback(1, asked)).toMatchObject({ state: 'rolling-back' });
  await expect(apply(box.request(0))).rejects.toEqual(code('AGENT_BUSY'));
  expect(live('system.slice')).toBe(formatCpuList(old['system.slice'] ?? []));
  box.host.setCpus = setCpus;
  await expect.poll(() => cores.status().pending, { timeout: 15_000, interval: 100 }).toBeNull();
  expect(box.host.state.live).toEqual(old);
});

it('goes back even while nothing can be written down', async () => {
  const old = box.host.state.live;
  const { append } = journal;
  journal.append = (entry) => {
    if (entry.event !== 'applying') throw new Error('No space left on the disk');
    return append.call(journal, entry);
  };
  await expect(apply(box.request(0))).rejects.toThrow('No space left on the disk');
  expect(box.host.state.live).toEqual(old);
  expect(cores.status().pending).toMatchObject({ generation: 1 });
  journal.append = append;
  await expect.poll(() => cores.status().pending, { timeout: 15_000, interval: 100 }).toBeNull();
  expect(box.host.state.live).toEqual(old);
});

it('goes back when it takes too long', async () => {
  const old = box.host.state.live;
  const { setCpus } = box.host;
  box.host.setCpus = async (group, cpus) => {
    await sleep(20);
    return setCpus.call(box.host, group, cpus);
  };
  await expect(apply(box.request(0), systemClock.monotonicMs() + 60)).rejects.toEqual(code('AGENT_DEADLINE'));
  expect(box.host.state.live).toEqual(old);
});

it('does not confirm what the machine does not do any more', async () => {
  await apply(box.request(0));
  await box.host.setCpus('system.slice', [0, 1]);
  await expect(cores.confirm(1, asked)).rejects.toEqual(code('AGENT_VERIFY_FAILED'));
});

it('takes slices of workloads that are gone back to the system, and restores files of others', async () => {
  await applied(0);
  writeFileSync(join(box.host.unitFolder, 'holdfast-own.slice'), '[Slice]\nCPUWeight=7\n');
  const before = box.host.units();
  box.declare({ redis: 0, reserve: 10 });
  await apply(box.request(1));
  expect(box.host.units().map(({ path }) => path)).not.toContain('holdfast-redis.slice');
  expect(box.host.state.runtime['holdfast-redis.slice']).toEqual(box.host.state.runtime['system.slice']);
  await cores.rollback(2, asked);
  expect(box.host.units()).toEqual(before);
});

it('takes back what waits when it is stopped', async () => {
  const old = box.host.state.live;
  await apply(box.request(0));
  await cores.stop();
  expect(cores.status()).toMatchObject({ generation: 0, pending: null });
  expect(box.host.state.live).toEqual(old);
});

it('takes back what waited before a reboot, when files alone had survived', async () => {
  await applied(0);
  const old = generationIn(box);
  box.declare({ video: 8, reserve: 6 });
  await apply(box.request(1));
  journal.close();
  box.host.reboot();
  expect(generationIn(box)).not.toBe(old);
  start();
  await cores.recover();
  expect(generationIn(box)).toBe(old);
  expect(cores.status()).toMatchObject({ generation: 1, pending: null });
});
