import { HoldfastError } from '#kernel';
import type { DriftRecord, Errand, HostAnswer, Obstacle, Plan, Reconciler, Values } from '#reconcile';

type State = Exclude<HostAnswer['state'], 'unknown'>;
interface Entry {
  changeId: string;
  generation: number;
  state: State;
  deadline: string | null;
  reason: string | null;
  order: Record<string, number>;
}

/** A host that holds a few numbers, remembers what it was asked, and fails as hosts do. What it is told survives whoever told it. */
export class MadeUpHost {
  entries: Entry[] = [];
  /** Times that something was put in force. */
  acts = 0;
  isAway = false;
  /** What the next apply comes to: refused before anything happens, in force but the answer gets lost, or lost on its way. */
  next: 'well' | 'refused' | 'answer-lost' | 'order-lost' | 'taken-back' = 'well';
  drift: DriftRecord[] = [];

  get committed(): Entry | undefined {
    return this.entries.findLast(({ state }) => state === 'committed');
  }

  get held(): Record<string, number> {
    return this.committed?.order ?? {};
  }

  find(changeId: string): HostAnswer {
    this.answer();
    const entry = this.entries.find((known) => known.changeId === changeId);
    return entry ? answerOf(entry) : { state: 'unknown', generation: null, deadline: null, reason: null };
  }

  apply({ changeId, order, confirmSeconds }: Errand<Record<string, number>>): HostAnswer {
    this.answer();
    const how = this.next;
    this.next = 'well';
    if (how === 'refused') throw new HoldfastError('HOST_REFUSES', { kind: 'unprocessable', message: 'the host refuses' });
    if (how === 'order-lost') throw away('the order got lost');
    const known = this.entries.find((entry) => entry.changeId === changeId);
    if (known) return answerOf(known);
    const deadline = new Date(Date.now() + confirmSeconds * 1000).toISOString();
    const entry: Entry = { changeId, generation: this.entries.length + 1, state: 'waiting', deadline, reason: null, order };
    this.entries.push(entry);
    this.acts += 1;
    if (how === 'answer-lost') throw away('the answer got lost');
    if (how === 'taken-back') {
      this.end(entry, 'rolled-back', 'the kernel gives other CPUs');
      throw new HoldfastError('HOST_VERIFY_FAILED', { kind: 'unprocessable', message: 'the kernel gives other CPUs' });
    }
    return answerOf(entry);
  }

  /** What happens to a change without anybody asking: its time runs out, or somebody else confirmed it. */
  end(entry: Entry, state: 'committed' | 'rolled-back', reason: string | null = null): HostAnswer {
    Object.assign(entry, { state, deadline: null, reason });
    return answerOf(entry);
  }

  decide(changeId: string, state: 'committed' | 'rolled-back', reason: string | null): HostAnswer {
    this.answer();
    const entry = this.entries.find((known) => known.changeId === changeId);
    if (!entry) return this.find(changeId);
    if (entry.state === 'waiting') return this.end(entry, state, reason);
    if (entry.state === state) return answerOf(entry);
    throw new HoldfastError('HOST_NOTHING_WAITS', {
      kind: 'conflict',
      message: `generation ${entry.generation} does not wait`,
    });
  }

  private answer(): void {
    if (this.isAway) throw away('nobody answers');
  }
}

function answerOf({ state, generation, deadline, reason }: Entry): HostAnswer {
  return { state, generation, deadline, reason };
}

function away(why: string): HoldfastError {
  return new HoldfastError('HOST_CONTROL_UNAVAILABLE', { kind: 'unavailable', message: `host control unavailable: ${why}` });
}

/** The manifest of made-up domains. */
export interface MadeUpManifest {
  declared: Record<string, number>;
  /** Author, reason and values of each generation. */
  generations: { author: string; reason: string; values: Values }[];
  isReadOnly: boolean;
}

/** A domain of numbers, none above 100, on a made-up host. */
export function madeUpDomain(
  domain: string,
  host: MadeUpHost,
  manifest: MadeUpManifest,
): Reconciler<Record<string, number>, Record<string, number>, Record<string, number>> {
  return {
    ...{ domain, title: `Made-up ${domain}`, lane: 'made-up' },
    desire: async (values) => ({ ...manifest.declared, ...values }),
    observe: async () => ({
      host: {
        problem: host.isAway ? 'nobody answers' : null,
        generation: host.isAway ? null : (host.committed?.generation ?? 0),
        planId: host.isAway ? null : JSON.stringify(host.held),
      },
      seen: { ...host.held, '': host.committed?.generation ?? 0 },
    }),
    plan: async (desired, { '': baseGeneration = 0, ...held }) => planOf(desired, held, baseGeneration, manifest),
    apply: async (errand) => host.apply(errand),
    find: async ({ changeId }) => host.find(changeId),
    confirm: async ({ changeId }) => host.decide(changeId, 'committed', null),
    rollback: async ({ changeId }) => host.decide(changeId, 'rolled-back', 'somebody asked for it'),
    keep: async (values, keeping) => {
      if (manifest.isReadOnly)
        throw new HoldfastError('CONFIG_FILE_UNWRITABLE', { kind: 'forbidden', message: 'it is read-only' });
      if (Object.entries(values).every(([name, value]) => manifest.declared[name] === value)) return null;
      Object.assign(manifest.declared, values);
      return manifest.generations.push({ ...keeping, values });
    },
    drift: async () => {
      if (host.isAway) throw away('nobody answers');
      return { watched: host.committed !== undefined, records: host.drift };
    },
    heal: async ({ kind }) => {
      const healed = host.drift.filter((record) => record.healing === 'self' && (kind ?? record.kind) === record.kind);
      host.drift = host.drift.filter((record) => !healed.includes(record));
      return { healed: healed.length };
    },
  };
}

function planOf(
  desired: Record<string, number>,
  held: Record<string, number>,
  baseGeneration: number,
  { declared }: MadeUpManifest,
): Plan<Record<string, number>> | Obstacle {
  const tooMuch = Object.entries(desired).find(([, value]) => value > 100);
  if (tooMuch)
    return {
      ...{ feasible: false, code: 'TOO_MUCH', message: `${tooMuch[0]} is ${tooMuch[1]}, and there are 100.` },
      ...{ needed: tooMuch[1], available: 100, nearestFeasible: { [tooMuch[0]]: 100 } },
    };
  const names = Object.keys(desired).sort();
  const changes = names
    .filter((name) => desired[name] !== held[name])
    .map((name) => ({
      ...{ subject: name, what: 'number', from: held[name]?.toString() ?? null, to: `${desired[name]}` },
      restartNeeded: false,
    }));
  return {
    ...{ feasible: true, planId: JSON.stringify([baseGeneration, names.map((name) => [name, desired[name]])]), baseGeneration },
    ...{ changes, reasons: {}, restarts: [], after: desired, order: desired },
    declares: Object.fromEntries(Object.entries(desired).filter(([name, value]) => declared[name] !== value)),
    files: names.map((name) => ({ path: `${name}.conf`, text: `# number\nvalue=${desired[name]}\n` })),
  };
}
