import type { DriftRecord, PastChange, PendingChange, PlannedChange } from '../src/api/reconcile-types.ts';
import { MockProblem } from './call.ts';
import { shareValues } from './gpu.ts';
import { memoryValues } from './memory.ts';

/** A change in force that waits, with the values that it brought. */
interface Waiting {
  change: PastChange;
  values: Record<string, number>;
  deadlineMs: number;
}

/** One part of a made-up machine. */
export interface MockDomain {
  title: string;
  generation: number;
  /** Values that were kept, by generation; the newest is what is declared. */
  kept: Map<number, Record<string, number>>;
  history: PastChange[];
  waiting: Waiting | undefined;
  drift: DriftRecord[];
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** The values of the reference box in so far as they can be changed. */
const declared: Record<string, Record<string, number>> = {
  cores: {
    'os.threads': 2,
    'postgresql.threads': 4,
    'redis.threads': 2,
    'api.threads': 4,
    'ml.threads': 4,
    'video.threads': 6,
    'monitoring.threads': 2,
  },
  memory: memoryValues,
  gpu: shareValues,
};
const titles: Record<string, string> = { cores: 'Cores', memory: 'Memory', gpu: 'GPU' };
/** What was changed of each in the past. */
const formerWhat: Record<string, string> = { cores: 'threads', memory: 'memoryHighMb', gpu: 'gpuPercent' };

/** Departures of every kind that one may see at once, of cores and of shares of the card. */
const coreDepartures: DriftRecord[] = [
  {
    kind: 'K',
    subject: 'holdfast-video.slice',
    expected: '8-10,24-26',
    seen: '8-9,24-25',
    since: minutesAgo(4),
    cause: 'Somebody wrote the mask by hand, or a group above has fewer CPUs.',
    remedy: 'Set the CPUs of the plan explicitly; a reset would leave the live mask as it is.',
    healing: 'self',
    tries: 1,
  },
  {
    kind: 'F',
    subject: '/etc/systemd/system/holdfast-redis.slice',
    expected: 'CPUWeight=100',
    seen: 'CPUWeight=10000',
    since: minutesAgo(190),
    cause: 'Somebody edited it.',
    remedy: 'Declare in config/appliance.yaml what was meant, or apply the plan again, which writes it anew.',
    healing: 'asks',
    tries: 0,
  },
  {
    kind: 'I',
    subject: 'nvme0q7 (118)',
    expected: '0,16,14-15,30-31',
    seen: '4',
    since: minutesAgo(31),
    cause: 'A device came up later, or irqbalance moved it.',
    remedy: 'Write the mask of the system and the reserve to its smp_affinity_list.',
    healing: 'self',
    tries: 3,
  },
];

const shareDepartures: DriftRecord[] = [
  {
    kind: 'U',
    subject: 'holdfast-worker@inference.service share of graphics cards',
    expected: 'started after 2026-11-21T08:00:00.000Z',
    seen: 'runs since 2026-11-19T22:14:03.000Z',
    since: minutesAgo(60),
    cause: 'It has run since before the shares became others: a program is told its own when it starts.',
    remedy: 'systemctl restart holdfast-worker@inference.service, when that suits.',
    healing: 'asks',
    tries: 0,
  },
];
const departures: Record<string, DriftRecord[]> = { cores: coreDepartures, gpu: shareDepartures };

function makeDomain(domain: string, drifted: boolean): MockDomain {
  const values = declared[domain] ?? {};
  const [first] = Object.keys(values);
  const subject = first?.split('.')[0] ?? '';
  const past = (
    generation: number,
    minutes: number,
    by: string,
    outcome: PastChange['outcome'],
    reason: string | null,
    from: number,
    to: number,
  ): PastChange => ({
    ...{
      changeId: `${domain}-${generation}-${minutes}`,
      generation,
      planId: `5f0c${generation}a1b2c3d4e5f6`,
      at: minutesAgo(minutes),
      by,
      outcome,
      reason,
    },
    ...{ domain, manifestGeneration: null },
    changes: [
      {
        subject,
        what: formerWhat[domain] ?? domain,
        from: String(from),
        to: String(to),
        restartNeeded: false,
      },
    ],
  });
  return {
    title: titles[domain] ?? domain,
    generation: 11,
    kept: new Map([
      [9, { ...values, [first ?? '']: (values[first ?? ''] ?? 2) * 2 }],
      [11, values],
    ]),
    history: [
      past(11, 60 * 26, 'Ada Rossi', 'committed', null, 4, 2),
      past(10, 60 * 27, 'Ada Rossi', 'rolled-back', 'Nobody kept it in time.', 4, 8),
      past(9, 60 * 24 * 9, 'Jun Sato', 'committed', 'After the new board.', 2, 4),
    ],
    waiting: undefined,
    drift: drifted ? (departures[domain] ?? []).map((record) => ({ ...record })) : [],
  };
}

const boxes = new Map<string, Map<string, MockDomain>>();

/** The domains of a made-up box; each name is a box of its own, that remembers. */
export function boxOf(name: string, drifted: boolean): Map<string, MockDomain> {
  const box =
    boxes.get(name) ?? new Map(['cores', 'memory', 'gpu'].map((domain) => [domain, makeDomain(domain, drifted)] as const));
  boxes.set(name, box);
  for (const domain of box.values())
    if (domain.waiting && domain.waiting.deadlineMs <= Date.now()) end(domain, 'rolled-back', 'Nobody kept it in time.');
  return box;
}

/** The values that were kept last. */
export function valuesOf({ kept, generation }: MockDomain): Record<string, number> {
  return kept.get(generation) ?? {};
}

/** What other values change, in words. */
export function changesBetween(from: Record<string, number>, to: Record<string, number>): PlannedChange[] {
  return Object.entries(to)
    .filter(([key, value]) => from[key] !== value)
    .map(([key, value]) => {
      const [subject = '', what = ''] = key.split('.');
      return {
        subject,
        what,
        from: String(from[key] ?? ''),
        to: String(value),
        restartNeeded: subject === 'postgresql' || what.startsWith('gpu'),
      };
    });
}

/** Puts values in force until they are kept. */
export function begin(
  domain: MockDomain,
  values: Record<string, number>,
  planId: string,
  seconds: number,
  push: (event: string, payload: unknown) => void,
): PendingChange {
  if (domain.waiting)
    throw new MockProblem(
      409,
      'RECONCILE_CHANGE_WAITS',
      `A change of ${domain.title} waits to be kept.`,
      'Keep it or take it back first.',
    );
  const next = { ...valuesOf(domain), ...values };
  const change: PastChange = {
    ...{
      changeId: `change-${Date.now()}`,
      generation: (domain.history[0]?.generation ?? 0) + 1,
      planId,
      by: 'Ada Rossi',
      outcome: 'waiting',
      reason: null,
    },
    at: new Date().toISOString(),
    ...{ domain: domain.title.toLowerCase(), manifestGeneration: null },
    changes: changesBetween(valuesOf(domain), next),
  };
  domain.waiting = { change, values: next, deadlineMs: Date.now() + seconds * 1000 };
  domain.history.unshift(change);
  domain.drift = [];
  push('reconcile.changed', { domain: domain.title.toLowerCase() });
  return pendingOf(domain) as PendingChange;
}

/** Ends what waits. */
export function end(domain: MockDomain, outcome: 'committed' | 'rolled-back', reason: string | null): void {
  const { waiting } = domain;
  if (!waiting) throw new MockProblem(409, 'RECONCILE_CHANGE_ENDED', 'This change has ended.', 'Look at the history for how.');
  Object.assign(waiting.change, { outcome, reason });
  if (outcome === 'committed') {
    domain.generation = waiting.change.generation ?? domain.generation;
    domain.kept.set(domain.generation, waiting.values);
  }
  domain.waiting = undefined;
}

/** What waits, as it is told. */
export function pendingOf({ waiting }: MockDomain): PendingChange | null {
  if (!waiting) return null;
  const { changeId, generation, planId, by, at, changes } = waiting.change;
  const secondsLeft = Math.max(0, (waiting.deadlineMs - Date.now()) / 1000);
  return {
    ...{ changeId, generation, planId, by, changes },
    startedAt: at,
    secondsLeft,
    deadline: new Date(waiting.deadlineMs).toISOString(),
  };
}
