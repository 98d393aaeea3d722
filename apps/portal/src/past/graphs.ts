import type { Answer } from '../api/types.ts';
import { queueWords } from '../jobs/job-words.ts';
import { workColours } from '../lib/words.ts';
import { workloadColour } from '../lib/workload-colours.ts';
import type { UnitName } from './units.ts';

export type Metric = Answer<'getTelemetryHistory'>['metric'];
type Labels = Readonly<Record<string, string>>;

/** One graph: what it is of, and how its lines are told apart. */
export interface Graph {
  metric: Metric;
  title: string;
  unit: UnitName;
  /** The name of a line; where there is only one, what it is. */
  nameOf(labels: Labels): string;
  /** A colour that belongs to what the line is of; others take one after the other. */
  colourOf?(labels: Labels): string;
  /** Why there may be nothing. */
  without?: string;
}

const one = (name: string) => () => name;
const by = (label: string) => (labels: Labels) => labels[label] ?? '–';
const bySlice = { nameOf: by('slice'), colourOf: (labels: Labels) => workloadColour(labels.slice) };
const byQueue = {
  nameOf: ({ queue = '–' }: Labels) => (queue in queueWords ? queueWords[queue as keyof typeof queueWords].title : queue),
  colourOf: ({ queue = '' }: Labels) => workColours[queue as keyof typeof workColours] ?? 'var(--load-everybody)',
};
const waitsFor: Record<string, string> = { cpu: 'for CPUs', memory: 'for memory', io: 'for disks' };
const noCard = 'There is no card that tells it.';
const noNginx = 'nginx stands before the appliance on a server only.';

/** All graphs, in groups, in the order of the page. */
export const graphGroups: readonly { title: string; graphs: readonly Graph[] }[] = [
  {
    title: 'Processor',
    graphs: [
      { metric: 'slices.cpu', title: 'Busy CPUs', unit: 'cpus', ...bySlice },
      {
        metric: 'pressure',
        title: 'Waiting',
        unit: 'percent',
        nameOf: ({ resource = '–' }) => waitsFor[resource] ?? resource,
        without: 'The kernel does not measure it here.',
      },
    ],
  },
  {
    title: 'Memory',
    graphs: [
      { metric: 'slices.memory', title: 'Memory', unit: 'bytes', ...bySlice },
      { metric: 'memory.available', title: 'Memory that can be had', unit: 'bytes', nameOf: one('can be had') },
    ],
  },
  {
    title: 'Disks',
    graphs: [
      { metric: 'tiers.used', title: 'How full the tiers are', unit: 'share', nameOf: by('tier') },
      {
        metric: 'tiers.throughput',
        title: 'Read and written',
        unit: 'bytesPerSecond',
        nameOf: ({ tier = '–', direction }) => `${tier} ${direction === 'read' ? 'read' : 'written'}`,
        without: 'The disks of the tiers do not tell it here.',
      },
    ],
  },
  {
    title: 'Heat and power',
    graphs: [
      {
        metric: 'temperatures',
        title: 'Temperatures',
        unit: 'celsius',
        nameOf: ({ chip = '', label = '' }) => `${chip} ${label}`.trim(),
        without: 'This machine has no sensor that tells it.',
      },
      {
        metric: 'power',
        title: 'Power of the processor',
        unit: 'watts',
        nameOf: one('processor'),
        without: 'The processor does not tell it, or to root alone.',
      },
    ],
  },
  {
    title: 'Graphics cards',
    graphs: [
      { metric: 'gpus.busy', title: 'Busy cards', unit: 'share', nameOf: by('gpu'), without: noCard },
      { metric: 'gpus.memory', title: 'Memory in use on cards', unit: 'bytes', nameOf: by('gpu'), without: noCard },
    ],
  },
  {
    title: 'Queues',
    graphs: [
      { metric: 'queues.waiting', title: 'Jobs that wait', unit: 'count', ...byQueue },
      { metric: 'queues.running', title: 'Jobs that run', unit: 'count', ...byQueue },
      { metric: 'queues.dead', title: 'Jobs that failed for good', unit: 'count', ...byQueue },
    ],
  },
  {
    title: 'Requests',
    graphs: [
      { metric: 'requests.rate', title: 'Requests to the api', unit: 'perSecond', nameOf: one('requests') },
      { metric: 'requests.p95', title: 'Time within which 95 of 100 are answered', unit: 'seconds', nameOf: one('95 of 100') },
    ],
  },
  {
    title: 'PostgreSQL',
    graphs: [
      { metric: 'database.commits', title: 'Transactions', unit: 'perSecond', nameOf: one('committed') },
      { metric: 'database.connections', title: 'Connections to the database', unit: 'count', nameOf: by('state') },
      { metric: 'database.bytes', title: 'Size of the database', unit: 'bytes', nameOf: one('database') },
    ],
  },
  { title: 'Redis', graphs: [{ metric: 'redis.memory', title: 'Memory of Redis', unit: 'bytes', nameOf: one('in use') }] },
  {
    title: 'nginx',
    graphs: [
      { metric: 'nginx.connections', title: 'Connections to nginx', unit: 'count', nameOf: by('state'), without: noNginx },
      { metric: 'nginx.traffic', title: 'Traffic of nginx', unit: 'perSecond', nameOf: by('counter'), without: noNginx },
    ],
  },
];

/** What can stand in the address. */
export const metricNames: readonly Metric[] = graphGroups.flatMap(({ graphs }) => graphs.map(({ metric }) => metric));

/** Measured on every machine: where it is empty, nothing was measured at all. */
export const surestMetric: Metric = 'memory.available';
