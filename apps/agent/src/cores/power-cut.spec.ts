import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApplyRequest, agentVerbs } from '#agent-protocol';
import { systemClock } from '#kernel';
import { seededRandom } from '../../../../tests/security/agent/hostile-frames.ts';
import { DriftWatch } from '../drift/drift-watch.ts';
import { Journal } from '../journal/journal.adapter.ts';
import { type Box, generationIn, openBox } from '../testing/box.ts';
import { makeBox, removeBox } from '../testing/make-box.ts';
import { Turns } from '../turns.ts';
import { CoreChanges } from './core-changes.ts';
import { GenerationHistory } from './generation-history.ts';

// The power goes at every record of the journal: of that record any part may be on the disk, of the files in work any may be old or new.

let box: Box;
let cuts: Box[];
beforeEach(() => {
  box = makeBox();
  cuts = [];
});
afterEach(() => {
  for (const each of [...cuts, box]) removeBox(each);
});

const asked = { claimedActor: 'test', peer: null, until: Number.POSITIVE_INFINITY };
const parse = (request: unknown) => agentVerbs['cores.apply'].request.parse(request) as ApplyRequest;

function open(of: Box) {
  const journal = new Journal(join(of.state, 'journal'), systemClock);
  const history = new GenerationHistory(journal.records);
  const shared = { host: of.host, journal, history, turns: new Turns(), clock: systemClock, say: () => {} };
  return { journal, cores: new CoreChanges({ ...shared, inventory: of.inventory }), watch: new DriftWatch(shared) };
}

/** The machine as a power cut leaves it: so much of the journal, and each file in work as it was or as it is to be. */
function cut(journalBytes: Buffer, before: ReadonlyMap<string, string | null>, random: () => number): Box {
  const folder = `${box.folder}-cut-${cuts.length}`;
  mkdirSync(folder);
  symlinkSync(join(box.folder, 'sys'), join(folder, 'sys'));
  for (const name of ['state', 'units', 'appliance.yaml', 'machine.json'])
    cpSync(join(box.folder, name), join(folder, name), { recursive: true });
  const copy = openBox(folder);
  cuts.push(copy);
  writeFileSync(join(copy.state, 'journal'), journalBytes.subarray(0, Math.floor(random() * (journalBytes.length + 1))));
  for (const [path, text] of before) {
    const file = join(copy.host.unitFolder, path);
    if (random() < 0.5) continue;
    if (existsSync(file)) writeFileSync(`${file}.new`, readFileSync(file).subarray(0, Math.floor(random() * 40)));
    if (text === null) rmSync(file, { force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return copy;
}

it('ends in the old generation wherever the power goes before the confirmation, and in the new one after it', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = seededRandom(seed);
  box.plugCard();
  const { journal, cores } = open(box);
  await cores.apply(parse(box.request(0, { gpu: box.shares(80) })), asked);
  await cores.confirm(1, asked);
  const old = generationIn(box);
  const former = new Map(box.host.units().map(({ path, text }) => [path, text]));
  const file = join(box.state, 'journal');
  const made: { event: string; copy: Box; whole: Buffer; known: number }[] = [];
  const { append } = journal;
  journal.append = (entry) => {
    const known = readFileSync(file);
    const record = append.call(journal, entry);
    const tail = readFileSync(file).subarray(known.length);
    const inWork = entry.event === 'written' ? former : new Map<string, string | null>();
    const copy = cut(tail, inWork, random);
    const torn = readFileSync(join(copy.state, 'journal'));
    writeFileSync(join(copy.state, 'journal'), Buffer.concat([known, torn]));
    made.push({ event: entry.event, copy, whole: tail, known: torn.length });
    return record;
  };
  const memory = { minMb: 512, highMb: 1024, maxMb: 2048 };
  const budgets = { video: { threads: 8, memory }, reserve: { threads: 6 } };
  await cores.apply(parse(box.request(1, { budgets, gpu: box.shares(50) })), asked);
  await cores.confirm(2, asked);
  const fresh = generationIn(box);
  journal.close();
  expect(made.map(({ event }) => event)).toEqual(['applying', 'grown', 'written', 'shrunk', 'steered', 'armed', 'committed']);
  for (const { event, copy, whole, known } of made) {
    copy.host.reboot();
    const again = open(copy);
    await again.cores.recover();
    await again.watch.start();
    const expected = event === 'committed' && known === whole.length ? fresh : old;
    expect(generationIn(copy), `seed ${seed}: cut at ${event}, ${known} of ${whole.length} bytes`).toBe(expected);
    expect(again.cores.status().pending).toBeNull();
    again.watch.stop();
    again.journal.close();
  }
});

it('a lost end of the journal is seen where files say more than it does', async () => {
  const { journal, cores } = open(box);
  await cores.apply(parse(box.request(0)), asked);
  await cores.confirm(1, asked);
  const end = readFileSync(join(box.state, 'journal'));
  await cores.apply(parse(box.request(1, { budgets: { video: { threads: 8 }, reserve: { threads: 6 } } })), asked);
  await cores.confirm(2, asked);
  journal.close();
  writeFileSync(join(box.state, 'journal'), end);
  const again = open(box);
  expect(again.cores.status().generation).toBe(1);
  const { drift } = await again.watch.observe();
  expect(new Set(drift.map(({ kind }) => kind))).toEqual(new Set(['F', 'P', 'K', 'U']));
  again.journal.close();
});
