import type { CoreLoad, CoreProposal, Cores } from '../src/api/types.ts';
import { boxOfCall } from './answers-reconcile.ts';
import { type Call, MockProblem, type Routes } from './call.ts';
import { type CoresMood, machineOf, planOf, referenceWorkloads, trialOf } from './cores.ts';
import { valuesOf } from './reconcile.ts';

const moods: readonly CoresMood[] = ['none', 'small', 'two-socket', 'short', 'still'];

function moodOf({ cookies }: Call): CoresMood {
  const wish = cookies['mock-cores'];
  if (wish === 'fail')
    throw new MockProblem(
      400,
      'CORES_TOPOLOGY_UNREADABLE',
      'The CPUs cannot be read from /sys/devices/system/cpu.',
      'Give a folder that is laid out like /sys.',
    );
  return moods.find((mood) => mood === wish) ?? 'well';
}

/** How busy each workload is, in percent, and by how much that swings. */
const habits: Record<string, [number, number]> = {
  os: [9, 6],
  postgresql: [38, 22],
  redis: [24, 10],
  api: [31, 24],
  ml: [72, 20],
  video: [90, 9],
  monitoring: [6, 4],
};

/** A load that changes with every second. */
function loadNow(topology: Cores['topology'], owners: ReadonlyMap<number, string>): CoreLoad {
  const seconds = Math.floor(Date.now() / 1000);
  const cpus = topology.cores
    .flatMap((core) => core.cpus)
    .map((cpu) => {
      const [mean, swing] = habits[owners.get(cpu) ?? ''] ?? [2, 2];
      const wave = Math.sin(seconds / 2.3 + cpu * 1.7) * 0.7 + Math.sin(seconds / 0.9 + cpu * 4.1) * 0.3;
      return { cpu, percent: Math.round(Math.min(100, Math.max(0, mean + swing * wave)) * 10) / 10 };
    })
    .sort((one, other) => one.cpu - other.cpu);
  return { at: new Date().toISOString(), seconds: 1, cpus };
}

function loadOf(call: Call): CoreLoad {
  const mood = moodOf(call);
  if (mood === 'still')
    throw new MockProblem(503, 'CORES_LOAD_UNREADABLE', 'The load of the CPUs cannot be read from /proc/stat.');
  const plan = coresOf(call, mood).plan;
  const owners = Object.entries(plan?.assignments ?? { os: [0, 1, 2, 3] }).flatMap(([id, cpus]) =>
    cpus.map((cpu) => [cpu, id] as const),
  );
  return loadNow(machineOf(mood), new Map(owners));
}

/** The budgets of the reference box as they were kept last. */
function workloadsOf(call: Call): typeof referenceWorkloads {
  const domain = boxOfCall(call).get('cores');
  const kept = domain ? valuesOf(domain) : {};
  return referenceWorkloads.map((one) => ({ ...one, threads: kept[`${one.id}.threads`] ?? one.threads }));
}

function coresOf(call: Call, mood: CoresMood): Omit<Cores, 'load' | 'loadProblem'> {
  const topology = machineOf(mood);
  const isDeclared = mood !== 'none' && mood !== 'small';
  const workloads = workloadsOf(call).map((one) => (mood === 'short' && one.id === 'ml' ? { ...one, threads: 16 } : one));
  const found = planOf(topology, Object.fromEntries(workloads.map((one) => [one.id, one.threads])));
  return {
    profile: isDeclared ? 'ryzen-7950x-4090' : 'evaluation',
    topology,
    workloads: isDeclared ? workloads : [],
    plan: isDeclared && !('code' in found) ? found : null,
    obstacle: isDeclared && 'code' in found ? found : null,
    hostControl: { available: true, reason: null },
    trials: [{ profile: 'ryzen-7950x-4090', workloads: referenceWorkloads }],
  };
}

/** What five weeks of load suggest; `mock-proposal` asks for none. */
function proposalOf({ cookies }: Call): CoreProposal {
  const measuredAt = new Date().toISOString();
  const evening = [1, 2, 3, 4].map((day) => ({ day, hour: 20, busy: 6.6 }));
  const evidence: CoreProposal['evidence'] = [
    { id: 'video', minutes: 48_960, p50: 3, p95: 6.6, p99: 6.8, tight: 0.167, needed: 8, busiest: evening },
    { id: 'ml', minutes: 48_960, p50: 0.4, p95: 1.2, p99: 1.5, tight: 0, needed: 2, busiest: evening },
    { id: 'api', minutes: 48_960, p50: 0.3, p95: 0.9, p99: 1.8, tight: 0, needed: 4, busiest: evening },
  ];
  if (cookies['mock-proposal'] === 'none')
    return {
      measuredAt,
      evidence: [],
      proposal: null,
      nothing: {
        code: 'TOO_LITTLE_MEASURED',
        message: '2.3 days are measured, 100 % of their minutes; it takes 7 days and 50 %.',
      },
    };
  return {
    measuredAt,
    evidence,
    nothing: null,
    proposal: {
      changes: [
        { id: 'ml', from: 4, to: 2, because: '2 threads would have been enough (95 of 100 minutes below 1.2 CPUs)' },
        { id: 'video', from: 6, to: 8, because: 'too tight in 16.7 % of 38880 minutes; 8 threads would have been enough' },
      ],
      threads: { os: 2, postgresql: 4, redis: 2, api: 4, ml: 2, video: 8, monitoring: 2, reserve: 8 },
      effect: [
        { id: 'ml', tightMinutesBefore: 0, tightMinutesAfter: 0 },
        { id: 'video', tightMinutesBefore: 1680, tightMinutesAfter: 40 },
      ],
      isHeldOut: true,
      planId: 'c0ffee',
    },
  };
}

/** The machine's cores, who is to have them, and what is tried. */
export const coreRoutes: Routes = [
  [
    'GET',
    /^\/cores$/,
    (call) => {
      const mood = moodOf(call);
      const load = mood === 'still' ? null : loadOf(call);
      return {
        body: {
          ...coresOf(call, mood),
          load,
          loadProblem: load ? null : 'The load of the CPUs cannot be read from /proc/stat.',
        },
      };
    },
  ],
  ['GET', /^\/cores\/proposal$/, (call) => ({ body: proposalOf(call) })],
  ['GET', /^\/cores\/load$/, (call) => ({ body: loadOf(call) })],
  [
    'POST',
    /^\/cores\/what-if$/,
    (call) => ({ body: trialOf(machineOf(moodOf(call)), workloadsOf(call), call.body.threads as Record<string, number>) }),
  ],
];
