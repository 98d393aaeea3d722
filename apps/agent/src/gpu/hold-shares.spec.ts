import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApplyRequest, agentVerbs, type RequestOf } from '#agent-protocol';
import { systemClock } from '#kernel';
import { gpuPlanId } from '../../../../libs/allocation/src/gpu/gpu-plan-id.ts';
import { CoreChanges } from '../cores/core-changes.ts';
import { GenerationHistory } from '../cores/generation-history.ts';
import { DriftWatch } from '../drift/drift-watch.ts';
import { Journal } from '../journal/journal.adapter.ts';
import { type Box, generationIn } from '../testing/box.ts';
import { makeBox, removeBox } from '../testing/make-box.ts';
import { Turns } from '../turns.ts';

let box: Box;
let journal: Journal;
let cores: CoreChanges;
let watch: DriftWatch;
beforeEach(() => {
  box = makeBox();
  box.plugCard();
  journal = new Journal(join(box.state, 'journal'), systemClock);
  const shared = { host: box.host, journal, turns: new Turns(), clock: systemClock, say: () => {} };
  const history = new GenerationHistory(journal.records);
  cores = new CoreChanges({ ...shared, history, inventory: box.inventory });
  watch = new DriftWatch({ ...shared, history });
});
afterEach(async () => {
  await cores.stop();
  journal.close();
  removeBox(box);
});

const asked = { claimedActor: 'test', peer: null, until: Number.POSITIVE_INFINITY };
const apply = (request: RequestOf<'cores.apply'>) =>
  cores.apply(agentVerbs['cores.apply'].request.parse(request) as ApplyRequest, asked);
const textOf = (unit: string) => box.host.units().find(({ path }) => path === unit)?.text;
const models = 'holdfast-worker@inference.service.d/50-holdfast.conf';

async function kept(base: number, change: Partial<RequestOf<'cores.apply'>>): Promise<void> {
  const { generation } = await apply(box.request(base, change));
  await cores.confirm(generation, asked);
}

it('tells each program its share when it starts, and who has none that there is no card', async () => {
  await kept(0, { gpu: box.shares(60) });
  expect(textOf(models)).toMatch(/^\[Unit\]\nWants=holdfast-mps\.service\n/m);
  expect(textOf(models)).toContain('\nEnvironment=CUDA_MPS_ACTIVE_THREAD_PERCENTAGE=60\n');
  expect(textOf(models)).toContain('\nEnvironment=CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=4500M\n');
  expect(textOf('holdfast-worker@storage.service.d/50-holdfast.conf')).toMatch(
    /\[Service\]\n.*\nEnvironment=CUDA_VISIBLE_DEVICES=\n$/,
  );
  expect(textOf('holdfast-mps.service')).toContain('ExecStart=/usr/bin/nvidia-cuda-mps-control -f');
  expect(cores.status().gpu).toMatchObject({ cards: [{ card: 0, shares: [{ workload: 'ml', ceilingPercent: 60 }, {}] }] });
});

it('keeps the shares in force when cores change, and takes them back with the generation', async () => {
  await kept(0, { gpu: box.shares(60) });
  const before = [textOf(models), generationIn(box)];
  await kept(1, { budgets: { video: { threads: 8 }, reserve: { threads: 6 } } });
  expect(textOf(models)).toBe(before[0]);
  const old = generationIn(box);
  await apply(box.request(2, { budgets: { video: { threads: 8 }, reserve: { threads: 6 } }, gpu: box.shares(30) }));
  expect(textOf(models)).toContain('PERCENTAGE=30');
  await cores.rollback(3, asked);
  expect(generationIn(box)).toBe(old);
  expect(cores.status().gpu?.cards[0]?.shares[0]?.ceilingPercent).toBe(60);
});

it('leaves no file behind once nobody has a share', async () => {
  const cards = box.inventory().cards.map((card) => ({ ...card, shares: [] }));
  await kept(0, { gpu: box.shares(60) });
  await kept(1, { gpu: { planId: gpuPlanId(cards, [box.host.seeGpus()[0]?.uuid ?? '']), shares: [] } });
  expect(box.host.units().filter(({ path }) => /worker|mps/.test(path))).toEqual([]);
});

it('takes its own look at the cards: another card, none, too much or a stranger is refused before anything happens', async () => {
  const code = (expected: string, message = '') =>
    expect.objectContaining({ code: expected, message: expect.stringContaining(message) });
  const gpu = box.shares(60);
  const [first] = gpu.shares;
  if (!first) throw new Error('Nothing is shared.');
  const refused = (shares: typeof gpu.shares) => expect(apply(box.request(0, { gpu: { ...gpu, shares } }))).rejects;
  await refused([first]).toEqual(code('AGENT_ASSIGNMENT_INVALID'));
  await refused([{ ...first, card: 3 }]).toEqual(code('AGENT_BUDGET_INVALID', 'no card at place 3'));
  await refused([{ ...first, workload: 'cinema' }]).toEqual(code('AGENT_BUDGET_INVALID', 'cinema'));
  await refused([first, first]).toEqual(code('AGENT_BUDGET_INVALID', 'ml has two shares'));
  box.host.change({ gpus: [{ index: 0, uuid: 'GPU-00000000-0000-0000-0000-000000000000', name: 'Other' }] });
  await refused(gpu.shares).toEqual(code('AGENT_ASSIGNMENT_INVALID', 'on the cards of this machine'));
  box.host.change({ gpus: [] });
  await refused(gpu.shares).toEqual(code('AGENT_BUDGET_INVALID', 'There is no card 0'));
  expect(box.host.units()).toEqual([]);
  expect(journal.records).toEqual([]);
});

it('sees a file that somebody edited, and a program that runs since before its share', async () => {
  const { services } = box.host.state;
  const [redis] = services;
  if (!redis) throw new Error('There are no services.');
  const worker = { ...redis, unit: 'holdfast-worker@inference.service', startedAt: '2026-11-01T00:00:00.000Z' };
  box.host.change({ services: [...services, { ...worker, slice: 'holdfast-ml.slice', nextSlice: 'holdfast-ml.slice' }] });
  await kept(0, { gpu: box.shares(60) });
  const file = join(box.host.unitFolder, models);
  writeFileSync(file, readFileSync(file, 'utf8').replace('PERCENTAGE=60', 'PERCENTAGE=90'));
  const { drift } = await watch.observe();
  const own = drift.filter(({ subject }) => subject.startsWith('holdfast-worker@inference'));
  expect(own.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['F', models],
    ['U', 'holdfast-worker@inference.service share of graphics cards'],
  ]);
  expect(own[0]).toMatchObject({ seen: 'Environment=CUDA_MPS_ACTIVE_THREAD_PERCENTAGE=90', healing: 'asks' });
  await kept(1, {});
  const restarted = new Date(Date.now() + 1000).toISOString();
  box.host.change({ services: box.host.state.services.map((one) => ({ ...one, startedAt: restarted })) });
  expect((await watch.observe()).drift.filter(({ subject }) => subject.startsWith('holdfast-worker'))).toEqual([]);
});
