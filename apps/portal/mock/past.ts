import type { Answer } from '../src/api/types.ts';

type Past = Answer<'getTelemetryHistory'>;
type Metric = Past['metric'];

interface MadeLine {
  labels: Record<string, string>;
  /** Around which value it goes, and how far. */
  around: number;
  by: number;
}

const gb = 1e9;
const of =
  (label: string, more: Record<string, string> = {}) =>
  (name: string, around: number, by: number): MadeLine => ({ labels: { [label]: name, ...more }, around, by });
const [slice, tier, state] = [of('slice'), of('tier'), of('state')];
const [waiting, running, dead] = ['waiting', 'running', 'dead'].map((word) => of('queue', { state: word })) as [
  typeof slice,
  typeof slice,
  typeof slice,
];
const alone = (around: number, by: number): MadeLine => ({ labels: {}, around, by });

/** What the reference box measured. */
const made: Partial<Record<Metric, readonly MadeLine[]>> = {
  'slices.cpu': [
    slice('os', 20, 10),
    slice('postgresql', 180, 90),
    slice('redis', 25, 10),
    slice('api', 130, 80),
    slice('ml', 420, 320),
    slice('video', 610, 560),
    slice('monitoring', 12, 6),
  ],
  pressure: ['cpu', 'memory', 'io'].map((resource, index) => of('resource', { kind: 'some' })(resource, 6 - index, 5 - index)),
  'slices.memory': [
    slice('os', 1.1 * gb, 0.1 * gb),
    slice('postgresql', 14 * gb, 3 * gb),
    slice('redis', 2 * gb, 0.4 * gb),
    slice('api', 3 * gb, 0.6 * gb),
    slice('ml', 17 * gb, 2 * gb),
    slice('video', 9 * gb, 7 * gb),
    slice('monitoring', 0.7 * gb, 0.1 * gb),
  ],
  'memory.available': [alone(70 * gb, 12 * gb)],
  'tiers.used': [tier('hot', 71, 4), tier('warm', 58, 1), tier('cold', 34, 0.4)],
  'tiers.throughput': ['hot', 'warm', 'cold'].flatMap((name, index) =>
    ['read', 'write'].map((direction) => of('tier', { direction })(name, 2e8 / (index + 1), 1.8e8 / (index + 1))),
  ),
  temperatures: [
    { labels: { chip: 'k10temp', label: 'Tctl' }, around: 62, by: 14 },
    { labels: { chip: 'nvme', label: 'Composite' }, around: 44, by: 5 },
    ...['temp1', 'temp2', 'temp3', 'temp4'].map((label, index) => ({
      labels: { chip: 'drivetemp', label },
      around: 36 + index,
      by: 2,
    })),
  ],
  power: [alone(96, 40)],
  'queues.waiting': ['image', 'video', 'transcription', 'text', 'embedding', 'completion'].map((name, index) =>
    waiting(name, 40 / (index + 1), 40 / (index + 1)),
  ),
  'queues.running': [running('image', 4, 3), running('video', 2, 2)],
  'queues.dead': [dead('video', 1, 0)],
  'requests.rate': [alone(24, 18)],
  'requests.p95': [alone(0.045, 0.03)],
  'database.commits': [alone(320, 240)],
  'database.connections': [state('active', 4, 3), state('idle', 18, 2)],
  'database.bytes': [alone(41 * gb, 0.3 * gb)],
  'redis.memory': [alone(0.4 * gb, 0.1 * gb)],
  'nginx.connections': [state('active', 31, 12), state('reading', 0, 0), state('writing', 6, 4), state('waiting', 25, 9)],
  'nginx.traffic': [of('counter')('accepted', 2, 1), of('counter')('handled', 2, 1), of('counter')('requests', 26, 18)],
};

/** The box was off for a while in each range. */
const offFrom = 0.34;
const offTo = 0.41;

/** The history of the made-up box: waves that are the same whenever they are read, and a time when it was off. */
export function pastOf(metric: Metric, fromMs: number, untilMs: number, stepSeconds: number): Past {
  const count = Math.floor((untilMs - fromMs) / (stepSeconds * 1000)) + 1;
  const share = (index: number) => index / Math.max(1, count - 1);
  const lines = (made[metric] ?? []).map(({ labels, around, by }, number) => ({
    labels,
    points: Array.from({ length: count }, (_, index) => index)
      .filter((index) => share(index) < offFrom || share(index) > offTo)
      .map((index) => ({
        at: new Date(fromMs + index * stepSeconds * 1000).toISOString(),
        value: Math.max(0, around + by * wave(share(index), number)),
      })),
  }));
  return { metric, unit: '', stepSeconds, lines };
}

/** Between -1 and 1. */
function wave(share: number, number: number): number {
  const slow = Math.sin(share * (7 + number) + number * 1.7);
  const quick = Math.sin(share * (61 + 13 * number) + number);
  return 0.65 * slow + 0.35 * quick;
}
