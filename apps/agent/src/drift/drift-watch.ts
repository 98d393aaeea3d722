import { agentError, type DriftRecord, type HealReply, type HealRequest, type Observation } from '#agent-protocol';
import { type Drift, topologyHash } from '#allocation';
import type { Clock } from '#kernel';
import { failpoint } from '#manifest';
import type { Asked } from '../cores/core-changes.ts';
import type { Generation, GenerationHistory } from '../cores/generation-history.ts';
import type { Host } from '../host/host.ts';
import type { Journal } from '../journal/journal.adapter.ts';
import type { Turns } from '../turns.ts';
import { DriftMemory, keyOf } from './drift-memory.ts';
import { type Look, lookForDrift } from './look.ts';
import { setAsPlanned } from './set-as-planned.ts';

const everyMs = 45_000;
/** Who writes one file mostly writes several. */
const settleMs = 1_000;
const mostDriftBytes = 40_000;

/** What watching for drift works on. */
export interface DriftWatchParts {
  host: Host;
  journal: Journal;
  history: GenerationHistory;
  turns: Turns;
  clock: Clock;
  say(line: string): void;
}

/** Holds the machine against the generation in force, every 45 seconds and when its unit files change, and puts right what may be put right. */
export class DriftWatch {
  private readonly parts: DriftWatchParts;
  private readonly memory = new DriftMemory();
  private timer: NodeJS.Timeout | undefined;
  private unwatch: (() => void) | undefined;
  private isStopped = false;

  constructor(parts: DriftWatchParts) {
    this.parts = parts;
  }

  /** Looks at once: what files cannot keep over a reboot (systemd #31150) is set again. Settles after that first look. */
  async start(): Promise<void> {
    this.unwatch = this.parts.host.watchUnits(() => this.later(settleMs));
    await this.watch();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.unwatch?.();
  }

  /** What differs now. While a change is on its way nothing is judged. */
  async observe(): Promise<Observation> {
    const { pending } = this.parts.history;
    if (pending && pending.state !== 'armed') return this.told('changing', pending.generation);
    return this.parts.turns.take(async () => {
      const generation = this.judged();
      return generation ? this.told('watched', generation.generation, await this.look(generation)) : this.told('undeclared', 0);
    });
  }

  /** Puts right now what may be put right, however often it was tried. Throws AGENT_BUSY while a generation waits. */
  heal({ kind, subject }: HealRequest, { claimedActor, peer }: Asked): Promise<HealReply> {
    return this.parts.turns.take(async () => {
      const { pending, committed } = this.parts.history;
      if (pending)
        throw agentError(
          'AGENT_BUSY',
          `Generation ${pending.generation} is ${pending.state}.`,
          'Confirm it or take it back first.',
        );
      if (!committed) return { healed: [], left: [] };
      const { drift } = await this.look(committed);
      const chosen = drift.filter(
        (one) => one.heals && (kind === undefined || one.kind === kind) && (subject === undefined || one.subject === subject),
      );
      for (const one of chosen) this.memory.askedFor(one);
      const after = await this.putRight(committed, chosen, { claimedActor, peer });
      const there = new Set(after.drift.map(keyOf));
      const healed = chosen.filter((one) => !there.has(keyOf(one)));
      return {
        healed: healed.map(({ kind: of, subject: what }) => ({ kind: of as 'P' | 'K' | 'I', subject: what })),
        left: this.records(after.drift).fitting,
      };
    });
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    if (!this.isStopped) this.timer = setTimeout(() => void this.watch(), milliseconds);
  }

  private async watch(): Promise<void> {
    try {
      await this.parts.turns.take(async () => {
        const { pending, committed } = this.parts.history;
        if (pending || !committed || this.isStopped) return;
        const { drift } = await this.look(committed);
        const due = drift.filter((one) => this.memory.mayTry(one, this.parts.clock.monotonicMs()));
        if (due.length > 0) await this.putRight(committed, due, { claimedActor: null, peer: null });
      });
    } catch (error) {
      this.parts.say(`the machine could not be looked at: ${(error as Error).message}`);
    } finally {
      this.later(everyMs);
    }
  }

  private judged(): Generation | undefined {
    return this.parts.history.pending ?? this.parts.history.committed;
  }

  private async look(generation: Generation): Promise<Look> {
    const { host, clock } = this.parts;
    const look = await lookForDrift(host, generation);
    this.memory.see(look.drift, clock.now(), clock.monotonicMs());
    return look;
  }

  /** Writes down what is put right before it is, and what came of it. */
  private async putRight(generation: Generation, drift: readonly Drift[], asked: object): Promise<Look> {
    const { host, journal, clock, say } = this.parts;
    const note = (event: string, one: Drift, more: object) => {
      const { kind, subject, expected, seen } = one;
      journal.append({ event, generation: generation.generation, kind, subject, expected, seen, ...more });
      failpoint(`agent.${event}`);
    };
    const troubles = new Map<Drift, string>();
    for (const one of drift) {
      note('healing', one, { ...asked, try: this.memory.tried(one, clock.monotonicMs()) });
      const trouble = await setAsPlanned(host, generation.aim, one);
      if (trouble !== null) troubles.set(one, trouble);
    }
    const after = await this.look(generation);
    const there = new Set(after.drift.map(keyOf));
    for (const one of drift) {
      const isHealed = !there.has(keyOf(one));
      note(isHealed ? 'healed' : 'heal-failed', one, isHealed ? {} : { reason: troubles.get(one) ?? 'it is still there' });
      say(
        `drift ${one.kind} of ${one.subject} (${one.seen} instead of ${one.expected}): ${isHealed ? 'put right' : 'still there'}`,
      );
    }
    return after;
  }

  private told(state: Observation['state'], generation: number, look?: Look): Observation {
    const { host, clock } = this.parts;
    const { fitting, more } = this.records(look?.drift ?? []);
    const interrupts = look?.interrupts ?? [];
    const movable = interrupts.filter(({ isMovable }) => isMovable).length;
    return {
      state,
      generation,
      at: clock.now().toISOString(),
      topologyHash: topologyHash(host.topology()),
      drift: fitting,
      more,
      looked: {
        threads: look?.threads.seen ?? 0,
        threadsOf: look?.threads.of ?? 0,
        interrupts: movable,
        fixedInterrupts: interrupts.length - movable,
      },
      unseen: look?.unseen ?? [],
    };
  }

  /** As many as fit into a message. */
  private records(drift: readonly Drift[]): { fitting: DriftRecord[]; more: number } {
    const fitting: DriftRecord[] = [];
    let bytes = 0;
    for (const one of drift) {
      const record = this.record(one);
      bytes += Buffer.byteLength(JSON.stringify(record));
      if (bytes > mostDriftBytes) break;
      fitting.push(record);
    }
    return { fitting, more: drift.length - fitting.length };
  }

  private record(drift: Drift): DriftRecord {
    const short = (text: string) => text.slice(0, 400);
    return {
      kind: drift.kind,
      subject: short(drift.subject),
      expected: short(drift.expected),
      seen: short(drift.seen),
      since: this.memory.sinceOf(drift, this.parts.clock.now()).toISOString(),
      cause: short(drift.cause),
      remedy: short(drift.remedy),
      healing: drift.heals ? 'self' : 'asks',
      tries: this.memory.triesOf(drift),
    };
  }
}
