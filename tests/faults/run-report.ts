import type { KillTally } from './kill/kill-run.ts';
import type { Outcome, Pairing } from './power/campaign.ts';
import type { Workload } from './power/workload.ts';

const progressMs = 20_000;

/** Says how a long run goes, line by line, and what came of it. */
export class RunReport {
  readonly #outcomes: Outcome[] = [];
  readonly #tallies: KillTally[] = [];
  readonly #startedMs = performance.now();
  readonly #wanted: { cuts: number; kills: number };
  readonly #timer: NodeJS.Timeout;
  #soFar = { cuts: 0, kills: 0, bad: 0 };
  #broken = 0;

  constructor(cuts: number, kills: number) {
    this.#wanted = { cuts, kills };
    this.#timer = setInterval(() => this.#sayProgress(), progressMs);
  }

  /** A cut was judged. What a control loses is no failure. */
  noteCut({ workload }: Pairing, isSound: boolean): void {
    this.#soFar.cuts += 1;
    if (!isSound && !workload.leavesOut) this.#soFar.bad += 1;
  }

  /** A kill was judged. */
  noteKill(isSound: boolean): void {
    this.#soFar.kills += 1;
    if (!isSound) this.#soFar.bad += 1;
  }

  addCuts(outcome: Outcome, failures: readonly string[]): void {
    if (outcome.tally.cuts === 0) return;
    this.#outcomes.push(outcome);
    this.#say(lineOf(outcome), failures);
  }

  addKills({ name }: Workload, tally: KillTally, failures: readonly string[]): void {
    if (tally.kills === 0) return;
    this.#tallies.push(tally);
    const instants = [...tally.instants].map(([instant, count]) => `${instant} ${count}`).join(', ');
    this.#say(
      `${tally.bad.length === 0 ? '✓' : '✗'} ${name.padEnd(28)} ${tally.kills} kills (${tally.missed} too late) ` +
        `${tally.promises} promises, ${tally.orphans} orphans, ${(tally.kills / tally.seconds).toFixed(1)}/s: ${instants}`,
      failures,
    );
  }

  /** Something that could not be done to its end; what it had done until then is lost. */
  addBroken(name: string, error: Error): void {
    this.#broken += 1;
    this.#say(`✗ ${name} broke off`, [error.message]);
  }

  /** Says what came of all; answers whether every promise held and every control was caught. */
  end(): boolean {
    clearInterval(this.#timer);
    const total = (count: (outcome: Outcome) => number) => this.#outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
    const killed = (count: (tally: KillTally) => number) => this.#tallies.reduce((sum, tally) => sum + count(tally), 0);
    const ofControls = (count: (outcome: Outcome) => number) => total((one) => (one.workload.leavesOut ? count(one) : 0));
    const controlCuts = ofControls(({ tally }) => tally.cuts);
    const failed = this.#outcomes.filter(({ passed }) => !passed).length;
    const badKills = killed(({ bad }) => bad.length);
    console.log(
      `cuts:  ${total(({ tally }) => tally.cuts)} (${controlCuts} of controls, ${ofControls(({ tally }) => tally.bad.length)} of them caught), ` +
        `${total(({ tally }) => tally.promises)} promises and ${total(({ tally }) => tally.moves)} moves judged, ` +
        `${(total(({ tally }) => tally.bytes) / 1e6).toFixed(0)} MB replayed, ` +
        `${total(({ workload, tally }) => (workload.leavesOut ? 0 : tally.bad.length))} lost something; ` +
        `${failed} of ${this.#outcomes.length} pairings failed`,
    );
    console.log(
      `kills: ${killed(({ kills }) => kills)} (${killed(({ missed }) => missed)} too late), ${killed(({ promises }) => promises)} promises ` +
        `and ${killed(({ moves }) => moves)} moves judged, ${badKills} lost something`,
    );
    console.log(`${Math.round((performance.now() - this.#startedMs) / 1000)} s, ${this.#broken} broke off`);
    return failed === 0 && badKills === 0 && this.#broken === 0;
  }

  #say(line: string, more: readonly string[]): void {
    for (const text of [line, ...more.map((detail) => `    ${detail}`)]) console.log(text);
  }

  #sayProgress(): void {
    const { cuts, kills, bad } = this.#soFar;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    console.log(
      `… ${Math.round(seconds)} s: ${cuts} of ${this.#wanted.cuts} cuts, ${kills} of ${this.#wanted.kills} kills, ` +
        `${((cuts + kills) / seconds).toFixed(1)}/s, ${bad} lost something`,
    );
  }
}

function lineOf({ workload, kind, tally, passed }: Outcome): string {
  const { cuts, promises, bytes, torn, orphans, bad, seconds } = tally;
  const kinds = bad.flatMap(({ violations }) => violations.map(({ invariant }) => invariant));
  const of = (invariant: string) => kinds.filter((found) => found === invariant).length;
  const [lost, dangling] = [of('acknowledged-is-there'), of('row-has-bytes')];
  const result = workload.leavesOut
    ? `caught ${bad.length} of ${cuts} (without ${workload.leavesOut})`
    : `${lost} lost, ${dangling} dangling, ${kinds.length - lost - dangling} other, ${orphans} orphans`;
  return (
    `${passed ? '✓' : '✗'} ${workload.name.padEnd(28)} ${kind.padEnd(5)} ${String(cuts).padStart(5)} cuts ` +
    `${String(promises).padStart(7)} promises ${(bytes / 1e6).toFixed(0).padStart(5)} MB ${String(torn).padStart(5)} torn ` +
    `${(cuts / seconds).toFixed(1).padStart(5)}/s  ${result}`
  );
}
