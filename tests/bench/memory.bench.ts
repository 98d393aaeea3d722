import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sharp from 'sharp';
import { loadAppliance } from '#manifest';
import { type RunningAppliance, startAppliance } from '../e2e/appliance.ts';
import { makePdf, makeSound, makeVideo, makeWrittenPicture } from '../integration/pipeline/sample-media.ts';
import type { Row } from './harness.ts';
import { findProcess, memoryOf } from './memory/process-memory.ts';

const idleAllowedMb = 1024;
/** Two image parsers with a picture of 12 MP each, two films, the models and the servers. */
const peakAllowedMb = 4096;
const pictures = 60;
const sampleEveryMs = 200;
const longestMs = 300_000;

type Memory = Map<string, number>;

/** Memory of all processes of a whole appliance: when nobody asks anything of it, and the most while media of all kinds are analysed. */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync('/tmp/holdfast-memory-');
  await makeMedia(folder);
  const appliance = await startAppliance();
  try {
    await expectDone(
      appliance,
      ['users', 'create-admin', '--email', 'bench@example.org', '--password-stdin'],
      'A passphrase 4 benches\n',
    );
    const supervisor = findProcess(/apps\/cli\/.* up/, appliance.home);
    await sleep(5000);
    const idle = memoryOf(supervisor);
    const peak = await mostMemory(supervisor, async () => {
      await expectDone(appliance, ['media', 'import', folder, '--json']);
      await untilAnalysed(appliance);
    });
    for (const [kind, megabytes] of peak.byKind)
      console.error(`${kind.padEnd(12)} ${figure(idle.get(kind) ?? 0)} MB idle ${figure(megabytes)} MB at most`);
    return [
      against('memory of all processes, idle (raw: what we allow)', sum(idle), idleAllowedMb),
      against('memory of all processes, most while analysing (raw: what we allow)', peak.total, peakAllowedMb),
    ];
  } finally {
    await appliance.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The most that all processes together, and each kind for itself, need while the work goes on. */
async function mostMemory(supervisor: number, work: () => Promise<void>): Promise<{ total: number; byKind: Memory }> {
  const most = { total: 0, byKind: new Map<string, number>() };
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const now = memoryOf(supervisor);
    most.total = Math.max(most.total, sum(now));
    for (const [kind, megabytes] of now) most.byKind.set(kind, Math.max(most.byKind.get(kind) ?? 0, megabytes));
    await sleep(sampleEveryMs);
  }
  await working;
  return most;
}

async function makeMedia(folder: string): Promise<void> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const save = (name: string, bytes: Buffer) => writeFileSync(join(folder, name), bytes);
  for (let index = 0; index < pictures; index++) {
    const create = { width: 4000, height: 3000, channels: 3 as const, background: '#808080', noise };
    save(
      `picture-${index}.jpg`,
      await sharp({ create })
        .jpeg({ quality: 70 + (index % 20) })
        .toBuffer(),
    );
  }
  for (let index = 0; index < 3; index++) save(`film-${index}.mp4`, makeVideo({ seconds: 10 + index }));
  save('bells.mp3', makeSound(20, 'Bells'));
  save('notice.jpg', await makeWrittenPicture('Harbour pilot wanted'));
  save('letter.pdf', makePdf(Array.from({ length: 20 }, (_, page) => `Page ${page} of the letter.`)));
}

/** Nothing waits and nothing runs any more. */
async function untilAnalysed({ home }: RunningAppliance): Promise<void> {
  const { socketFolder, databaseName } = loadAppliance({ HOLDFAST_HOME: home });
  const client = new pg.Client({ host: socketFolder, database: databaseName, user: 'hf_system' });
  await client.connect();
  try {
    const end = performance.now() + longestMs;
    for (let left = 1; left > 0; await sleep(sampleEveryMs)) {
      const { rows } = await client.query<{ left: number }>('SELECT count(*)::integer AS left FROM outbox');
      left = rows[0]?.left ?? 0;
      if (performance.now() > end) throw new Error(`${left} jobs are still not done after ${longestMs / 1000} s.`);
    }
  } finally {
    await client.end();
  }
}

async function expectDone({ holdfast }: RunningAppliance, words: string[], input?: string): Promise<void> {
  const { code, stdout, stderr } = await holdfast(words, input);
  if (code !== 0) throw new Error(`holdfast ${words.join(' ')} ended with ${code}: ${stdout}${stderr}`);
}

const sum = (memory: Memory) => [...memory.values()].reduce((total, megabytes) => total + megabytes, 0);
const figure = (megabytes: number) => String(Math.round(megabytes)).padStart(6);

function against(what: string, ours: number, raw: number): Row {
  const ratio = ours / raw;
  return { what, ours, raw, unit: 'MB', ratio, spread: 0, goal: '≤ 1', reached: ratio <= 1 };
}
