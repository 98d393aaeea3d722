import type { DomainDetail, DomainPlan, GenerationDiff, PlannedChange } from '../src/api/reconcile-types.ts';
import { type Call, MockProblem, type Routes } from './call.ts';
import { machineOf, planOf } from './cores.ts';
import { gpuNow } from './gpu.ts';
import { memoryNow } from './memory.ts';
import { begin, boxOf, changesBetween, end, type MockDomain, pendingOf, valuesOf } from './reconcile.ts';

/** The made-up box that a call is about: `mock-box` names it, `mock-control` says how it is. */
export function boxOfCall({ cookies }: Pick<Call, 'cookies'>): Map<string, MockDomain> {
  return boxOf(cookies['mock-box'] ?? '', cookies['mock-control'] === 'drift');
}

function domainOf(call: Call, name: string): MockDomain {
  const found = boxOfCall(call).get(name);
  if (!found) throw new MockProblem(404, 'RECONCILE_DOMAIN_UNKNOWN', `There is no domain ${name}.`);
  return found;
}

function detailOf({ cookies }: Call, name: string, domain: MockDomain): DomainDetail {
  const isAway = cookies['mock-control'] === 'none';
  const isGoingBack = cookies['mock-control'] === 'back';
  const pending = isAway ? null : pendingOf(domain);
  const drift = isAway ? [] : domain.drift;
  return {
    domain: name,
    title: domain.title,
    state: isAway
      ? 'unavailable'
      : isGoingBack && name === 'cores'
        ? 'rolling-back'
        : pending
          ? 'waiting'
          : drift.length > 0
            ? 'drifted'
            : 'in-step',
    hostControl: isAway
      ? { available: false, reason: 'no host agent runs on this machine.' }
      : { available: true, reason: null },
    generation: isAway ? null : domain.generation,
    planId: isAway ? null : '5f0c77aa01',
    driftCount: drift.length,
    notApplied: isAway ? null : 0,
    checkedAt: isAway ? null : new Date(Date.now() - 20_000).toISOString(),
    pending,
    drift,
  };
}

function plan(call: Call, name: string): DomainPlan {
  const domain = domainOf(call, name);
  const now = valuesOf(domain);
  const next = { ...now, ...((call.body.values ?? {}) as Record<string, number>) };
  if (name === 'cores') {
    const threads = Object.fromEntries(Object.entries(next).map(([key, value]) => [key.split('.')[0] ?? '', value]));
    const found = planOf(machineOf('well'), { reserve: 8, ...threads });
    if ('code' in found) return { feasible: false, ...found, nearestFeasible: found.nearestFeasible };
    return planned(domain, now, next, Object.fromEntries(Object.entries(found.reasons).filter(([id]) => id in threads)));
  }
  if (name === 'gpu') return sharePlan(domain, now, next);
  const needed = Object.entries(next).reduce((sum, [key, mb]) => sum + (key.endsWith('memoryMinMb') ? mb : 0), 0);
  const available = 128_000 - 8192;
  if (needed > available)
    return {
      ...{ feasible: false, code: 'MEMORY_OVERCOMMIT', needed, available },
      message: `The guarantees add up to ${needed} MB; ${available} MB can be guaranteed.`,
      nearestFeasible: { 'video.memoryMinMb': 4096 },
    };
  return planned(domain, now, next, {});
}

function sharePlan(domain: MockDomain, now: Record<string, number>, next: Record<string, number>): DomainPlan {
  const needed = Object.entries(next).reduce((sum, [key, mb]) => sum + (key.endsWith('gpuMemoryMb') ? mb : 0), 0);
  const available = 24_564 - 1024;
  if (needed > available)
    return {
      ...{ feasible: false, code: 'GPU_MEMORY_SHORT', needed, available },
      message: `Shares of card 0 add up to ${needed} MB; it has 24564 MB, of which 1024 MB stay free.`,
      nearestFeasible: { 'ml.gpuMemoryMb': 18_000 },
    };
  return planned(domain, now, next, { ml: [`Card 0: ${next['ml.gpuPercent']} % at most.`] });
}

function planned(
  domain: MockDomain,
  now: Record<string, number>,
  next: Record<string, number>,
  reasons: Record<string, string[]>,
): DomainPlan {
  const changes = changesBetween(now, next);
  const letters = JSON.stringify(next);
  const sum = [...letters].reduce((total, letter) => (total * 33 + letter.charCodeAt(0)) >>> 0, 7);
  return {
    feasible: true,
    planId: `5f0c${sum.toString(16)}`,
    baseGeneration: domain.generation,
    changes,
    reasons,
    restarts: restartsOf(changes),
  };
}

function restartsOf(changes: PlannedChange[]): string[] {
  const names: Record<string, string> = {
    ...{ postgresql: 'postgresql@15-main', ml: 'holdfast-worker@inference.service', video: 'holdfast-worker@media.service' },
  };
  return [...new Set(changes.flatMap(({ subject, restartNeeded }) => (restartNeeded ? (names[subject] ?? []) : [])))];
}

function apply(call: Call, name: string) {
  const domain = domainOf(call, name);
  if (call.cookies['mock-control'] === 'changed')
    throw new MockProblem(
      409,
      'RECONCILE_PLAN_STALE',
      'Jun Sato has changed Cores since this plan was made.',
      'Look at the plan again.',
    );
  const { values, planId, confirmSeconds } = call.body as {
    values?: Record<string, number>;
    planId: string;
    confirmSeconds: number;
  };
  return { body: begin(domain, values ?? {}, planId, confirmSeconds, call.push) };
}

function rollback(call: Call, name: string) {
  const domain = domainOf(call, name);
  const { generation } = call.body as { generation?: number };
  if (generation === undefined) end(domain, 'rolled-back', 'Ada Rossi took it back.');
  else return { body: begin(domain, domain.kept.get(generation) ?? {}, `5f0c${generation}`, 60, call.push) };
  call.push('reconcile.changed', { domain: name });
  return { body: {} };
}

function diff(domain: MockDomain, generation: number, against: number): GenerationDiff {
  const [to, from] = [domain.kept.get(generation) ?? valuesOf(domain), domain.kept.get(against) ?? valuesOf(domain)];
  const changes = changesBetween(from, to);
  return {
    against,
    changes,
    lines: changes.flatMap(({ subject }, index) => {
      const file = `/etc/systemd/system/holdfast-${subject}.slice`;
      return [
        { file, kind: ' ', text: '[Slice]' },
        { file, kind: '-', text: `AllowedCPUs=${index}-${index + 1},${index + 16}-${index + 17}` },
        { file, kind: '+', text: `AllowedCPUs=${index}-${index + 3},${index + 16}-${index + 19}` },
        { file, kind: ' ', text: 'AllowedMemoryNodes=0' },
      ] as const;
    }),
  };
}

function memory(call: Call) {
  const domain = domainOf(call, 'memory');
  return { body: memoryNow(valuesOf(domain), call.cookies['mock-memory'] ?? '') };
}

/** What is applied, watched and taken back. */
export const reconcileRoutes: Routes = [
  ['GET', /^\/gpu$/, (call) => ({ body: gpuNow(valuesOf(domainOf(call, 'gpu')), call.cookies['mock-gpu'] ?? '') })],
  ['GET', /^\/memory$/, memory],
  [
    'GET',
    /^\/reconcile$/,
    (call) => ({ body: { domains: [...boxOfCall(call)].map(([name, domain]) => detailOf(call, name, domain)) } }),
  ],
  ['GET', /^\/reconcile\/([a-z]+)$/, (call, name = '') => ({ body: detailOf(call, name, domainOf(call, name)) })],
  ['POST', /^\/reconcile\/([a-z]+)\/plan$/, (call, name = '') => ({ body: plan(call, name) })],
  ['POST', /^\/reconcile\/([a-z]+)\/apply$/, (call, name = '') => apply(call, name)],
  [
    'POST',
    /^\/reconcile\/([a-z]+)\/confirm$/,
    (call, name = '') => {
      end(domainOf(call, name), 'committed', null);
      call.push('reconcile.changed', { domain: name });
      return { body: {} };
    },
  ],
  ['POST', /^\/reconcile\/([a-z]+)\/rollback$/, (call, name = '') => rollback(call, name)],
  [
    'POST',
    /^\/reconcile\/([a-z]+)\/heal$/,
    (call, name = '') => {
      const domain = domainOf(call, name);
      const { subject } = call.body as { subject?: string };
      domain.drift = domain.drift.filter(
        (record) => record.healing === 'asks' || (subject !== undefined && record.subject !== subject),
      );
      call.push('reconcile.changed', { domain: name });
      return { body: {} };
    },
  ],
  [
    'GET',
    /^\/reconcile\/([a-z]+)\/history$/,
    (call, name = '') => ({ body: { generations: domainOf(call, name).history, nextCursor: null } }),
  ],
  [
    'GET',
    /^\/reconcile\/([a-z]+)\/history\/(\d+)\/diff$/,
    (call, name = '', generation = '') => ({
      body: diff(domainOf(call, name), Number(generation), Number(call.query.get('against') ?? 0)),
    }),
  ],
];
