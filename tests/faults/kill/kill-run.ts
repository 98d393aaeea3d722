import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFaultFolder, removeFaultFolder } from '../block/fault-folder.ts';
import { runProgram } from '../block/run-program.ts';
import { type SeededRandom, seededRandom } from '../power/seeded-random.ts';
import type { Fact, Violation, Workload } from '../power/workload.ts';
import { startWorkload, type WorkloadOrder, type WorkloadProcess } from '../power/workload-process.ts';

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
  /** In how little time a process did all its work. */
  shortestWorkMs: number;
  /** Kills by failpoint; `any instant` for those at a random time. */
  instants: Map<string, number>;
  promises: number;
  orphans: number;
  moves: number;
  bad: BadKill[];
  seconds: number;
}

/** What is asked of the rig. */
export interface KillOrder {
  workload: Workload;
  kills: number;
  seed: string;
  /** Breaks off after the kill in hand. */
  signal?: AbortSignal | undefined;
  /** Is told of every kill that was judged. */
  onKill?: ((isSound: boolean) => void) | undefined;
}

/** At most so many kills follow one another on the same folders, until a process has done all its work: what one leaves, the next meets. */
const killsOfALife = 6;
/** How long processes live at most before they are killed at any instant; less where they have done their work sooner. */
const longestLifeMs = 900;
const anyInstant = 'any instant';

/** Kills the process of a workload again and again, at its failpoints and at any instant, and judges what each leaves. */
export async function killProcesses(order: KillOrder): Promise<KillTally> {
  const { workload, kills, seed, signal } = order;
  const startedMs = performance.now();
  const tally: KillTally = {
    kills: 0,
    missed: 0,
    shortestWorkMs: longestLifeMs,
    instants: new Map(),
    promises: 0,
    orphans: 0,
    moves: 0,
    bad: [],
    seconds: 0,
  };
  const room = await makeFaultFolder();
  try {
    const prepared = await prepareFolders(workload, room);
    for (let life = 0; tally.kills < kills && !signal?.aborted; life += 1) {
      const folders = prepared.map((_, device) => join(room, `life.${device}`));
      for (const [device, folder] of folders.entries()) await runProgram('cp', '-a', prepared[device] as string, folder);
      await live(order, folders, room, `${seed}/${life}`, Math.min(killsOfALife, kills - tally.kills), tally);
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }
  } catch (error) {
    // Whoever broke off also ended programs that were just running.
    if (!signal?.aborted) throw error;
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
  { workload, signal, onKill }: KillOrder,
  folders: string[],
  room: string,
  seed: string,
  kills: number,
  tally: KillTally,
): Promise<void> {
  const [scratch, acknowledgementsFile] = [join(room, 'scratch'), join(room, 'acknowledged.jsonl')];
  writeFileSync(acknowledgementsFile, '');
  const worldOf = (kill: number) => ({ folders, scratch, seed: `${seed}.${kill}` });
  const prepareVictim = (kill: number): Victim =>
    new Victim(
      workload,
      { ...worldOf(kill), logFiles: [], acknowledgementsFile },
      seededRandom(`${seed}.${kill}`),
      tally.shortestWorkMs,
    );
  let next: Victim | undefined = prepareVictim(0);
  try {
    for (let kill = 0; next && !signal?.aborted; kill += 1) {
      const victim: Victim = next;
      const world = worldOf(kill);
      const workedMs: number | undefined = await victim.run();
      const isKilled = workedMs === undefined;
      if (!isKilled) tally.missed += 1;
      tally.shortestWorkMs = Math.min(tally.shortestWorkMs, workedMs ?? longestLifeMs);
      // The next one loads the product while this one's end is judged.
      next = isKilled && kill + 1 < kills ? prepareVictim(kill + 1) : undefined;
      await workload.endServers?.(world);
      const facts = readFacts(acknowledgementsFile);
      const { violations, orphans, moves = 0 } = await workload.check(world, facts);
      if (violations.length > 0) tally.bad.push({ seed: world.seed, instant: victim.instant, violations });
      onKill?.(violations.length === 0);
      tally.instants.set(victim.name, (tally.instants.get(victim.name) ?? 0) + 1);
      tally.kills += 1;
      tally.promises += facts.length;
      tally.orphans += orphans;
      tally.moves += moves;
    }
  } finally {
    await next?.spare();
  }
}

/** A process that will be killed: at a failpoint of its workload, or at any instant. */
class Victim {
  /** Its failpoint, or that it has none. */
  readonly name: string;
  /** Where exactly it is killed. */
  readonly instant: string;
  readonly #milliseconds: number | undefined;
  readonly #process: WorkloadProcess;

  constructor(workload: Workload, order: WorkloadOrder, random: SeededRandom, longestMs: number) {
    const failpoints = workload.failpoints ?? {};
    this.name = random.pick([...Object.keys(failpoints), anyInstant]);
    const [visit, milliseconds] = [1 + random.below(failpoints[this.name] ?? 1), Math.floor(random.next() * longestMs)];
    const isTimed = this.name === anyInstant;
    this.#milliseconds = isTimed ? milliseconds : undefined;
    this.instant = isTimed ? `after ${milliseconds} ms` : `${this.name}@${visit}`;
    this.#process = startWorkload(workload, order, isTimed ? undefined : this.instant);
  }

  /** Lets it work until it is killed; answers in how many milliseconds it was done where it was not. Throws where it failed. */
  async run(): Promise<number | undefined> {
    await this.#process.begin();
    const startedMs = performance.now();
    if (this.#milliseconds !== undefined) {
      await Promise.race([sleep(this.#milliseconds), this.#process.ended]);
      this.#process.kill();
    }
    const { signal, code, said } = await this.#process.ended;
    if (signal !== 'SIGKILL' && code !== 0) throw new Error(`The process of a workload ended with ${code ?? signal}: ${said}`);
    return signal === 'SIGKILL' ? undefined : performance.now() - startedMs;
  }

  /** It never began and is not needed. */
  async spare(): Promise<void> {
    this.#process.kill();
    await this.#process.ended;
  }
}

/** What was acknowledged; a line that the kill cut off says nothing. */
function readFacts(file: string): Fact[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { fact: Fact }).fact);
}
