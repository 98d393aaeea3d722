import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AskedShares, RequestOf } from '#agent-protocol';
import { noLimits, placedShares, planCores, withShares } from '#allocation';
import { newId } from '#kernel';
import { findCheckout, profileFolder, type WorkloadSettings } from '#manifest';
import { gpuPlanId } from '../../../../libs/allocation/src/gpu/gpu-plan-id.ts';
import { type Inventory, readInventory } from '../inventory.adapter.ts';
import { FakeHost } from './fake-host.ts';

/** A made-up machine in a folder, with what an agent needs there. */
export interface Box {
  folder: string;
  state: string;
  socket: string;
  host: FakeHost;
  inventory(): Inventory;
  workloads(): WorkloadSettings[];
  /** Declares the reference machine's workloads in the inventory, with other threads for some, and cards as YAML. */
  declare(threads?: Record<string, number>, cards?: string): void;
  /** Puts a card into the machine, and declares shares of it for models and films. */
  plugCard(): void;
  /** Those shares, with another ceiling for models. */
  shares(ceilingPercent: number): AskedShares;
  /** A request for the plan of what is declared, or of the budgets in the change. */
  request(baseGeneration: number, change?: Partial<RequestOf<'cores.apply'>>): RequestOf<'cores.apply'>;
}

const usual = { os: 2, api: 4, postgresql: 4, redis: 2, video: 6, ml: 4, monitoring: 2, reserve: 8 };
const card = { index: 0, uuid: 'GPU-5a1c2f0e-7d3b-4c88-9f21-0b6a4de81c37', name: 'NVIDIA GeForce RTX 4090' };
const cardText = `{ card: 0, reserveMb: 1024, mps: true, ceilingsMayExceed: true, encoderSessions: null, shares: [
  { workload: ml, ceilingPercent: 80, memoryMb: 18000, processes: 4, encoderSessions: 0 },
  { workload: video, ceilingPercent: 40, memoryMb: 4096, processes: 6, encoderSessions: 6 } ] }`;
const classes: Record<string, string> = {
  os: 'system',
  video: 'noisy',
  ml: 'throughput',
  monitoring: 'background',
  reserve: 'reserve',
};

function manifestText(threads: Record<string, number>, cards: string): string {
  const lines = Object.entries({ ...usual, ...threads })
    .filter(([, count]) => count > 0)
    .map(([id, count]) => `  - { id: ${id}, class: ${classes[id] ?? 'latency'}, threads: ${count} }`);
  return `profile: evaluation\ngpu: { cards: [${cards}] }\nworkloads:\n${lines.join('\n')}\n`;
}

/** Takes up the machine of a folder that `makeBox` has made. */
export function openBox(folder: string): Box {
  const manifest = join(folder, 'appliance.yaml');
  const host = new FakeHost(folder);
  const inventory = () => readInventory(manifest, profileFolder(findCheckout()));
  const workloads = () => inventory().workloads;
  return {
    folder,
    state: join(folder, 'state'),
    socket: join(folder, 'a.sock'),
    host,
    inventory,
    workloads,
    declare: (threads = {}, cards = '') => writeFileSync(manifest, manifestText(threads, cards), { mode: 0o644 }),
    plugCard: () => {
      host.change({ gpus: [card] });
      writeFileSync(manifest, manifestText({}, cardText), { mode: 0o644 });
    },
    shares: (ceilingPercent) => {
      const declared = placedShares(inventory().cards);
      const shares = declared.map((share) => (share.workload === 'ml' ? { ...share, ceilingPercent } : share));
      return { planId: gpuPlanId(withShares(inventory().cards, shares), [card.uuid]), shares };
    },
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
