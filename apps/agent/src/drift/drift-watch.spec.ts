import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApplyRequest, agentVerbs } from '#agent-protocol';
import { formatCpuList } from '#allocation';
import { systemClock } from '#kernel';
import { CoreChanges } from '../cores/core-changes.ts';
import { GenerationHistory } from '../cores/generation-history.ts';
import { Journal } from '../journal/journal.adapter.ts';
import { type Box, generationIn } from '../testing/box.ts';
import { makeBox, removeBox } from '../testing/make-box.ts';
import { Turns } from '../turns.ts';
import { DriftWatch } from './drift-watch.ts';

let box: Box;
let journal: Journal;
let cores: CoreChanges;
let watch: DriftWatch;
let said: string[];
beforeEach(() => {
  box = makeBox();
  said = [];
  begin();
});
afterEach(async () => {
  watch.stop();
  await cores.stop();
  journal.close();
  removeBox(box);
});

function begin(): void {
  journal = new Journal(join(box.state, 'journal'), systemClock);
  const history = new GenerationHistory(journal.records);
  const say = (line: string) => void said.push(line);
  const shared = { host: box.host, journal, history, turns: new Turns(), clock: systemClock, say };
  cores = new CoreChanges({ ...shared, inventory: box.inventory });
  watch = new DriftWatch(shared);
}

const asked = { claimedActor: 'test', peer: null, until: Number.POSITIVE_INFINITY };
async function commit(): Promise<void> {
  const memory = { minMb: 1024, highMb: 2048, maxMb: 4096 };
  const request = box.request(0, { budgets: { postgresql: { memory } } });
  await cores.apply(agentVerbs['cores.apply'].request.parse(request) as ApplyRequest, asked);
  await cores.confirm(1, asked);
  for (const unit of ['postgresql@17-main.service', 'redis-server.service']) await box.host.restart([unit]);
}
const observed = async () => agentVerbs['cores.observe'].reply.parse(await watch.observe());
const kinds = async () => (await observed()).drift.map(({ kind, subject }) => `${kind} ${subject}`);
const events = () => journal.records.map(({ entry }) => entry.event).filter((event) => event.startsWith('heal'));

it('judges nothing before a plan is in force, and a plan that waits as well as one that is kept', async () => {
  expect(await observed()).toMatchObject({ state: 'undeclared', generation: 0, drift: [] });
  await commit();
  expect(await observed()).toMatchObject({ state: 'watched', generation: 1, drift: [], unseen: [] });
});

it('finds departures of every kind, each with its cause and remedy', async () => {
  await commit();
  const { state } = box.host;
  writeFileSync(join(box.host.unitFolder, 'holdfast-video.slice'), '[Slice]\nAllowedCPUs=0-31\n');
  const video = state.runtime['holdfast-video.slice'] ?? [];
  box.host.change({
    runtime: { ...state.runtime, 'holdfast-ml.slice': [5] },
    live: { ...state.live, 'user.slice': [0], 'holdfast-video.slice': video },
    runtimeLimits: { ...state.runtimeLimits, 'holdfast-postgresql.slice': { ...limitsOf(), memoryMax: null } },
    threads: [7, 8].map((id) => ({ id, name: 'ffmpeg', group: 'holdfast-video.slice', allowed: video.slice(0, 1) })),
    interrupts: state.interrupts.map((one) => (one.id === '24' ? { ...one, allowed: video } : one)),
    foreign: [{ name: 'kubepods.slice', effective: video }],
    services: state.services.map((one) => (one.unit.startsWith('redis') ? { ...one, slice: 'system.slice' } : one)),
  });
  expect(await kinds()).toEqual([
    'F holdfast-video.slice',
    'P holdfast-ml.slice',
    'P holdfast-postgresql.slice MemoryMax',
    'K user.slice',
    'T ffmpeg (7 and 1 more) in holdfast-video.slice',
    'I eth0 (24)',
    'X kubepods.slice',
    'U redis-server.service',
  ]);
  const { drift } = await observed();
  expect(drift.every(({ cause, remedy, since }) => cause && remedy && since)).toBe(true);
  expect(drift.filter(({ healing }) => healing === 'self').map(({ kind }) => kind)).toEqual(['P', 'P', 'K', 'I']);
});

const limitsOf = () =>
  box.host.state.runtimeLimits['holdfast-postgresql.slice'] as (typeof box.host.state.runtimeLimits)[string];

it('puts right what may be put right, writes it down first, and leaves the rest to people', async () => {
  await commit();
  const old = generationIn(box);
  await box.host.setCpus('holdfast-postgresql.slice', [0]);
  await box.host.setLimits('holdfast-postgresql.slice', { ...limitsOf(), memoryHigh: null });
  box.host.setInterrupt('24', [9]);
  box.host.change({ foreign: [{ name: 'kubepods.slice', effective: [9] }] });
  const { healed, left } = await watch.heal({}, asked);
  expect(healed.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
    'P holdfast-postgresql.slice',
    'P holdfast-postgresql.slice MemoryHigh',
    'K holdfast-postgresql.slice',
    'I eth0 (24)',
  ]);
  expect(left.map(({ kind }) => kind)).toEqual(['X']);
  expect(generationIn(box)).toBe(old);
  expect(events()).toEqual([...Array(4).fill('healing'), ...Array(4).fill('healed')]);
});

it('heals one alone when asked for one', async () => {
  await commit();
  await box.host.setCpus('user.slice', [0]);
  await box.host.setCpus('machine.slice', [0]);
  expect((await watch.heal({ kind: 'P', subject: 'user.slice' }, asked)).healed).toEqual([
    { kind: 'P', subject: 'user.slice' },
  ]);
  expect(await kinds()).toEqual(['P machine.slice']);
  expect((await watch.heal({ subject: '../../etc' }, asked)).healed).toEqual([]);
});

it('heals nothing while a change waits', async () => {
  await cores.apply(agentVerbs['cores.apply'].request.parse(box.request(0)) as ApplyRequest, asked);
  await expect(watch.heal({}, asked)).rejects.toEqual(expect.objectContaining({ code: 'AGENT_BUSY' }));
});

it('sets again after a reboot what files could not keep', async () => {
  await commit();
  const old = generationIn(box);
  const planned = formatCpuList(box.host.state.live['init.scope'] ?? []);
  box.host.reboot();
  expect(formatCpuList(box.host.state.live['init.scope'] ?? [])).not.toBe(planned);
  await watch.start();
  expect(generationIn(box)).toBe(old);
  expect(said.join('\n')).toContain('init.scope');
});

it('sees that an edited file is there within seconds, and puts nothing in its place', async () => {
  await commit();
  await watch.start();
  const file = join(box.host.unitFolder, 'user.slice.d/50-holdfast.conf');
  writeFileSync(file, '[Slice]\nAllowedCPUs=0-31\n');
  await box.host.reload();
  await box.host.setCpus('machine.slice', [0]);
  // The watch comes at once, not after its usual pause: the slice beside is right again.
  await expect.poll(() => formatCpuList(box.host.state.live['init.scope'] ?? []), { timeout: 5_000 }).not.toBe('0');
  await expect.poll(kinds, { timeout: 10_000 }).toEqual(['F user.slice.d/50-holdfast.conf']);
});

it('a machine that is another one is left alone', async () => {
  await commit();
  const { acts } = box.host.state;
  const topology = box.host.topology();
  box.host.topology = () => ({ ...topology, offline: [31] });
  expect(await kinds()).toEqual(['H cpu']);
  expect((await watch.heal({}, asked)).healed).toEqual([]);
  expect(box.host.state.acts).toBe(acts);
});
