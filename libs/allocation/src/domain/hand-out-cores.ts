import type { Board, Cell, Demand } from './board.ts';
import type { Takes } from './placement.ts';

/**
 * Turns counts into cores: what a workload had before stays with it, the rest is given out from the lowest core on, in the order of the
 * demands. Answers CPUs by workload; where cores need not be whole, the last sibling of an odd number stays free.
 */
export function handOutCores(
  board: Board,
  demands: readonly Demand[],
  takes: readonly Takes[],
  previous: Record<string, readonly number[]>,
): Record<string, number[]> {
  const cpus = new Map(demands.map((demand) => [demand, demand.fixed.flatMap((core) => core.cpus)]));
  for (const [index, cell] of board.cells.entries()) {
    const wanted = demands.map((demand, place) => ({
      demand,
      count: (takes[place] ?? []).find(([one]) => one === index)?.[1] ?? 0,
    }));
    for (const [demand, given] of handOutCell(cell, wanted, previous)) cpus.get(demand)?.push(...given);
  }
  return Object.fromEntries(
    [...cpus].map(([{ budget }, own]) => {
      // Cores come in order and their siblings with them: the spare one is the last of the last core.
      const chosen = budget.pin ?? (own.length > budget.threads ? own.slice(0, budget.threads) : own);
      return [budget.id, [...chosen].sort((a, b) => a - b)];
    }),
  );
}

function handOutCell(
  { cores }: Cell,
  wanted: { demand: Demand; count: number }[],
  previous: Record<string, readonly number[]>,
): Map<Demand, number[]> {
  const kept = wanted.map(({ demand, count }) => {
    const had = new Set(previous[demand.budget.id] ?? []);
    return cores.filter(({ cpus }) => cpus.some((cpu) => had.has(cpu))).slice(0, count);
  });
  const taken = new Set(kept.flat());
  const fresh = cores.filter((core) => !taken.has(core));
  return new Map(
    wanted.map(({ demand, count }, place) => {
      const own = kept[place] ?? [];
      const more = fresh.splice(0, count - own.length);
      return [demand, [...own, ...more].flatMap(({ cpus }) => cpus)];
    }),
  );
}
