import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RequestOf } from '#agent-protocol';
import { noLimits, planCores } from '#allocation';
import { newId } from '#kernel';
import { findCheckout, profileFolder, type WorkloadSettings } from '#manifest';
import { readInventory } from '../inventory.adapter.ts';
import { FakeHost } from './fake-host.ts';

/** A made-up machine in a folder, with what an agent needs there. */
export interface Box {
  folder: string;
  state: string;
  socket: string;
  host: FakeHost;
  workloads(): WorkloadSettings[];
  /** Declares the reference machine's workloads in the inventory, with other threads for some. */
  declare(threads?: Record<string, number>): void;
  /** A request for the plan of what is declared, or of the budgets in the change. */
  request(baseGeneration: number, change?: Partial<RequestOf<'cores.apply'>>): RequestOf<'cores.apply'>;
}

const usual = { os: 2, api: 4, postgresql: 4, redis: 2, video: 6, ml: 4, monitoring: 2, reserve: 8 };
const classes: Record<string, string> = {
  os: 'system',
  video: 'noisy',
  ml: 'throughput',
  monitoring: 'background',
  reserve: 'reserve',
};

function manifestText(threads: Record<string, number>): string {
  const lines = Object.entries({ ...usual, ...threads })
    .filter(([, count]) => count > 0)
    .map(([id, count]) => `  - { id: ${id}, class: ${classes[id] ?? 'latency'}, threads: ${count} }`);
  return `profile: evaluation\nworkloads:\n${lines.join('\n')}\n`;
}

/** Takes up the machine of a folder that `makeBox` has made. */
export function openBox(folder: string): Box {
  const manifest = join(folder, 'appliance.yaml');
  const host = new FakeHost(folder);
  const workloads = () => readInventory(manifest, profileFolder(findCheckout()));
  return {
    folder,
    state: join(folder, 'state'),
    socket: join(folder, 'a.sock'),
    host,
    workloads,
    declare: (threads = {}) => writeFileSync(manifest, manifestText(threads), { mode: 0o644 }),
    request: (baseGeneration, change) => {
      const budgets = workloads().map((workload) => ({ ...workload, ...change?.budgets?.[workload.id] }));
      const plan = planCores({ topology: host.topology(), budgets });
      if (!plan.feasible) throw new Error(plan.message);
      const { planId, topologyHash, assignments } = plan;
      return { planId, topologyHash, baseGeneration, assignments, idempotencyKey: newId(), deadManSeconds: 60, ...change };
    },
  };
}

/** What of a machine a generation settles: the files, and what the kernel gives. */
export function generationIn({ host }: Box): string {
  const { live, liveLimits, interrupts } = host.state;
  const running = Object.entries(liveLimits).filter(([name, limits]) => live[name] && !isDeepStrictEqual(limits, noLimits));
  return JSON.stringify([host.units(), Object.entries(live).sort(), running.sort(), interrupts]);
}
