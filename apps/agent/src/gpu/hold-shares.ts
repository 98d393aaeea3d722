import { type AskedShares, agentError, type HeldShares } from '#agent-protocol';
import { mpsUnit, planGpus, renderGpu, type UnitFile, unitsToldAnew, withShares } from '#allocation';
import type { GpuCardSettings } from '#manifest';
import type { Host, HostGpu } from '../host/host.ts';
import type { Inventory } from '../inventory.adapter.ts';

/** What shares are judged by: the machine, what is declared, and what is in force. */
export interface ShareGround {
  host: Host;
  inventory: Inventory;
  held: HeldShares | null;
  now: Date;
}

/**
 * The shares that a generation has: those that are asked for, after they were held against the cards that the agent sees itself, or those in force where
 * nothing is asked. How much memory a card has, only its driver tells, which the agent has no device to ask: that is the planner's.
 * Throws AGENT_BUDGET_INVALID, AGENT_ASSIGNMENT_INVALID.
 */
export function holdShares({ host, inventory, held, now }: ShareGround, asked: AskedShares | undefined): HeldShares | null {
  if (!asked) return held;
  const stranger = asked.shares.find(({ card }) => !inventory.cards[card]);
  if (stranger) throw invalid(`the inventory declares no card at place ${stranger.card}, of which ${stranger.workload} asks`);
  const cards = withShares(inventory.cards, asked.shares);
  requireOneEach(cards);
  const ids = inventory.workloads.map(({ id }) => id);
  const { plan, obstacles } = planGpus(cards, host.seeGpus().map(asCard), ids);
  if (!plan) throw invalid(obstacles.map(({ message }) => message.replace(/\.$/, '')).join('; '));
  if (plan.planId !== asked.planId)
    throw agentError(
      'AGENT_ASSIGNMENT_INVALID',
      `The shares of graphics cards cannot be applied: they are not those of the plan ${asked.planId.slice(0, 12)} on the cards of this machine.`,
      'Compare the manifest that was planned with the one that the agent reads, and plan again.',
    );
  return { planId: plan.planId, cards, since: sinceOf({ cards, planId: plan.planId }, held, now) };
}

/** The unit files of held shares. */
export function shareFiles(held: HeldShares | null): UnitFile[] {
  return held ? renderGpu(held) : [];
}

/** Since when each unit is told what it is told: now, where it is told something else than before. */
function sinceOf(wished: Omit<HeldShares, 'since'>, held: HeldShares | null, now: Date): HeldShares['since'] {
  const files = renderGpu(wished);
  const anew = unitsToldAnew(shareFiles(held), files);
  const isGone = (unit: string) => unit === mpsUnit && !files.some(({ path }) => path === mpsUnit);
  const units = [...new Set([...Object.keys(held?.since ?? {}), ...anew])].filter((unit) => !isGone(unit)).sort();
  return Object.fromEntries(
    units.map((unit) => [unit, anew.includes(unit) ? now.toISOString() : (held?.since[unit] ?? now.toISOString())]),
  );
}

function requireOneEach(cards: readonly GpuCardSettings[]): void {
  for (const { card, shares } of cards) {
    const twice = shares.find(({ workload }, place) => shares.findIndex((other) => other.workload === workload) !== place);
    if (twice) throw invalid(`${twice.workload} has two shares of card ${card}`);
  }
}

/** As the planner takes cards; what the agent does not see limits nothing. */
function asCard({ index, uuid }: HostGpu) {
  return {
    ...{ index, uuid, name: '', driver: '', memoryMb: null, usedMb: null, utilisationPercent: null },
    ...{
      encoderPercent: null,
      encoderSessions: null,
      temperatureCelsius: null,
      powerWatts: null,
      powerLimitWatts: null,
      mig: null,
    },
  };
}

function invalid(why: string): Error {
  return agentError('AGENT_BUDGET_INVALID', `These shares cannot be had: ${why}.`, 'Ask for others, and plan again.');
}
