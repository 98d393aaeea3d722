import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFaultFolder, removeFaultFolder } from '../block/fault-folder.ts';
import { runProgram } from '../block/run-program.ts';
import { type SeededRandom, seededRandom } from '../power/seeded-random.ts';
import type { Fact, Violation, Workload } from '../power/workload.ts';
import { startWorkload, type WorkloadOrder } from '../power/workload-process.ts';

/** A kill after which something did not hold. */
export interface BadKill {
  /** Seed of the kill, beginning with that of all. */
  seed: string;
  /** The failpoint with its visit, or how long the process had run. */
  instant: string;
  violations: Violation[];
}

/** What came of all kills. */
export interface KillTally {
  kills: number;
  /** How often the process had ended before its instant came. */
  missed: number;
  /** Kills by failpoint; `any instant` for those at a random time. */
  instants: Map<string, number>;
  promises: number;
  orphans: number;
  bad: BadKill[];
  seconds: number;
}

/** So many kills follow one another on the same folders: what one leaves, the next meets. */
const killsOfALife = 6;
const longestMs = 1500;
const anyInstant = 'any instant';

/** Kills the process of a workload again and again, at its failpoints and at any instant, and judges what each leaves. */
export async function killProcesses(workload: Workload, kills: number, seed: string): Promise<KillTally> {
  const startedMs = performance.now();
  const tally: KillTally = { kills: 0, missed: 0, instants: new Map(), promises: 0, orphans: 0, bad: [], seconds: 0 };
  const room = await makeFaultFolder();
  try {
    const prepared = await prepareFolders(workload, room);
    for (let life = 0; tally.kills < kills; life += 1) {
      const folders = prepared.map((_, device) => join(room, `life.${device}`));
      for (const [device, folder] of folders.entries()) await runProgram('cp', '-a', prepared[device] as string, folder);
      await live(workload, folders, room, `${seed}/${life}`, Math.min(killsOfALife, kills - tally.kills), tally);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await removeFaultFolder(room);
  }
  tally.seconds = (performance.now() - startedMs) / 1000;
  return tally;
}

async function prepareFolders(workload: Workload, room: string): Promise<string[]> {
  const folders = workload.devices.map((_, device) => join(room, `prepared.${device}`));
  const scratch = join(room, 'scratch');
  for (const folder of [...folders, scratch]) mkdirSync(folder);
  await workload.prepare?.({ folders, scratch, seed: 'prepare' });
  return folders;
}

async function live(
  workload: Workload,
  folders: string[],
  room: string,
  seed: string,
  kills: number,
  tally: KillTally,
): Promise<void> {
  const [scratch, acknowledgementsFile] = [join(room, 'scratch'), join(room, 'acknowledged.jsonl')];
  writeFileSync(acknowledgementsFile, '');
  for (let kill = 0; kill < kills; kill += 1) {
    const world = { folders, scratch, seed: `${seed}.${kill}` };
    const order = { ...world, logFiles: [], acknowledgementsFile };
    const instant = await killOnce(workload, order, seededRandom(world.seed), tally);
    await workload.endServers?.(world);
    const facts = readFacts(acknowledgementsFile);
    const { violations, orphans } = await workload.check(world, facts);
    if (violations.length > 0) tally.bad.push({ seed: world.seed, instant, violations });
    tally.kills += 1;
    tally.promises += facts.length;
    tally.orphans += orphans;
  }
}

/** Runs the workload until it is killed; answers where that was. */
async function killOnce(workload: Workload, order: WorkloadOrder, random: SeededRandom, tally: KillTally): Promise<string> {
  const failpoints = workload.failpoints ?? {};
  const name = random.pick([...Object.keys(failpoints), anyInstant]);
  const [visit, milliseconds] = [1 + random.below(failpoints[name] ?? 1), random.below(longestMs)];
  const isTimed = name === anyInstant;
  const { child, ended } = startWorkload(workload, order, isTimed ? undefined : `${name}@${visit}`);
  if (isTimed) {
    await Promise.race([sleep(milliseconds), ended]);
    child.kill('SIGKILL');
  }
  const { signal, code, said } = await ended;
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`${workload.name} ended with ${code ?? signal}: ${said}`);
  if (signal !== 'SIGKILL') tally.missed += 1;
  tally.instants.set(name, (tally.instants.get(name) ?? 0) + 1);
  return isTimed ? `after ${milliseconds} ms` : `${name}@${visit}`;
}

/** What was acknowledged; a line that the kill cut off says nothing. */
function readFacts(file: string): Fact[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { fact: Fact }).fact);
}
