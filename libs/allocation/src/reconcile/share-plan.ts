import type { AskedShares, HeldShares } from '#agent-protocol';
import type { GpuCardSettings } from '#manifest';
import type { Obstacle, PlannedChange, Values } from '#reconcile';
import type { GpuReading } from '../gpu/gpu-card.ts';
import { placedShares } from '../gpu/placed-shares.ts';
import { type GpuObstacle, planGpus } from '../gpu/plan-gpus.ts';
import { renderGpu, unitsToldAnew } from '../gpu/render-gpu.ts';
import { mpsUnit } from '../gpu/render-mps.ts';
import type { UnitFile } from '../render/unit-files.ts';
import { fittingShares } from './fitting-shares.ts';
import { shareNames, shareNumber, shareValuesOf, shareWord } from './share-values.ts';

/** Shares of cards as they are declared, and as they are to be; null: those in force stay. */
export interface DesiredShares {
  declared: readonly GpuCardSettings[];
  wished: readonly GpuCardSettings[] | null;
}

/** The part of a plan that is of graphics cards. */
export interface SharePart {
  feasible: true;
  /** What the agent is asked; undefined: nothing. */
  asked: AskedShares | undefined;
  files: UnitFile[];
  changes: PlannedChange[];
  restarts: string[];
  reasons: Record<string, string[]>;
  /** All numbers of shares after it, and those that are declared. */
  after: Record<string, number>;
  before: Values;
}

/** Why shares of cards are of no use yet: ADR 26. */
const honestly =
  'Models and films are computed by the processors in this release: a share takes effect for whoever uses the card.';

/** Shares that nobody wishes otherwise: what is in force stays, as files and values of the whole. */
export function unchangedShares(inForce: HeldShares | null, ids: readonly string[]): SharePart {
  const values = inForce ? shareValuesOf(inForce.cards, ids) : {};
  const nothing = { asked: undefined, changes: [], restarts: [], reasons: {} };
  return { feasible: true, ...nothing, files: inForce ? renderGpu(inForce) : [], after: values, before: values };
}

/** Shares on the cards that are there: what changes, why it may, and what is asked of the agent; or why they cannot be had. Pure. */
export function planShares(
  { declared, wished }: { declared: readonly GpuCardSettings[]; wished: readonly GpuCardSettings[] },
  { cards, problem }: GpuReading,
  inForce: HeldShares | null,
  ids: readonly string[],
): SharePart | Obstacle {
  const { plan, obstacles } = planGpus(wished, cards, ids);
  if (!plan) return obstacleOf(obstacles, problem, fittingShares(wished, cards, ids));
  const files = renderGpu({ cards: wished, planId: plan.planId });
  const before = inForce ? renderGpu(inForce) : [];
  const hadServer = before.some(({ path }) => path === mpsUnit);
  const anew = unitsToldAnew(before, files);
  return {
    feasible: true,
    asked: { planId: plan.planId, shares: placedShares(wished) },
    files,
    changes: [...cardChanges(inForce?.cards ?? [], wished), ...shareChanges(inForce?.cards ?? [], wished)],
    // The first server starts with the first program that wants it.
    restarts: anew.filter((unit) => unit !== mpsUnit || hadServer),
    reasons: reasonsOf(wished, plan.warnings),
    after: shareValuesOf(wished, ids),
    before: shareValuesOf(declared, ids),
  };
}

function obstacleOf(obstacles: readonly GpuObstacle[], problem: string | null, nearestFeasible: Values | null): Obstacle {
  const [first] = obstacles as [GpuObstacle];
  const isMissing = first.code === 'GPU_CARD_MISSING' && problem !== null;
  const message = [...obstacles.map((one) => one.message), ...(isMissing ? [problem] : [])].join(' ');
  const { code, needed, available } = first;
  return { feasible: false, code, message, needed, available, nearestFeasible };
}

function shareChanges(before: readonly GpuCardSettings[], after: readonly GpuCardSettings[]): PlannedChange[] {
  const [old, fresh] = [placedShares(before), placedShares(after)];
  const places = [...new Set([...fresh, ...old].map(({ card, workload }) => `${card} ${workload}`))];
  return places.flatMap((place) => {
    const own = ({ card, workload }: { card: number; workload: string }) => `${card} ${workload}` === place;
    const [was, is] = [old.find(own), fresh.find(own)];
    const [card = '0', subject = ''] = place.split(' ');
    return shareNames
      .map((name) => ({
        ...{ subject, what: shareWord(name, Number(card)) },
        from: was ? `${shareNumber(was, name)}` : null,
        to: is ? `${shareNumber(is, name)}` : null,
        // How many films are encoded at a time no program is told.
        restartNeeded: name !== 'encoderSessions',
      }))
      .filter(({ from, to }) => from !== to);
  });
}

function cardChanges(before: readonly GpuCardSettings[], after: readonly GpuCardSettings[]): PlannedChange[] {
  return after.flatMap(({ card, mps }, place) => {
    const was = before[place];
    if (!was || was.mps === mps) return [];
    const word = (isShared: boolean) => (isShared ? 'yes' : 'no');
    return [{ subject: `card ${card}`, what: 'mps', from: word(was.mps), to: word(mps), restartNeeded: true }];
  });
}

function reasonsOf(cards: readonly GpuCardSettings[], warnings: readonly string[]): Record<string, string[]> {
  const reasons: Record<string, string[]> = {};
  for (const { card, mps, shares } of cards)
    for (const { workload, ceilingPercent, memoryMb, processes } of shares) {
      const each = `${Math.floor(memoryMb / processes)} MB for each of ${processes} processes`;
      const limits = mps
        ? `${ceilingPercent} % at most, ${memoryMb} MB: ${each}`
        : 'no limit that holds, as it is shared without MPS';
      reasons[workload] = [...(reasons[workload] ?? []), `Card ${card}: ${limits}.`];
    }
  return { ...reasons, 'graphics cards': [...warnings, honestly] };
}
