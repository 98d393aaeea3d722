import type { Board, BoardDomain, Demand } from './board.ts';
import { acrossDomains, type Takes, withinDomain } from './placement.ts';
import { addPlacement, brokenReserve, domainsOf, type Occupants } from './placement-score.ts';
import { compareScores, emptyScore, partIndex, type ScoreVector } from './score.ts';

/** The best placement that was found: what each demand takes, in the order of the demands. */
export interface Placement {
  takes: Takes[];
  score: ScoreVector;
  optimal: boolean;
}

/** Placements that are looked at before the search gives up proving that there is none better. */
const mostNodes = 20_000;
/** Partial placements that are kept at each step where there are too many for all of them. */
const beamWidth = 24;

interface Partial {
  takes: Takes[];
  free: number[];
  occupants: Occupants;
  score: ScoreVector;
}

/**
 * Places every demand with the least score, by branch and bound; on machines too large for that by beam search, with the same score.
 * Undefined where not everything has a place. Give demands in the order in which they are to be placed: those with fixed cores, then the largest.
 */
export function searchPlacement(board: Board, demands: readonly Demand[], isMoving: boolean): Placement | undefined {
  const start: Partial = {
    takes: [],
    free: board.cells.map(({ cores }) => cores.length),
    occupants: board.domains.map(() => []),
    score: emptyScore(),
  };
  const search = new BranchAndBound(board, demands, isMoving);
  search.go(start);
  if (search.isWhole) return search.best && { ...search.best, optimal: true };
  const beamed = beam(board, demands, isMoving, start);
  const found = [search.best, beamed].filter((one) => one !== undefined).sort((a, b) => compareScores(a.score, b.score));
  return found[0] && { ...found[0], optimal: false };
}

class BranchAndBound {
  best: Omit<Placement, 'optimal'> | undefined;
  #nodes = 0;
  readonly #board: Board;
  readonly #demands: readonly Demand[];
  readonly #isMoving: boolean;

  constructor(board: Board, demands: readonly Demand[], isMoving: boolean) {
    this.#board = board;
    this.#demands = demands;
    this.#isMoving = isMoving;
  }

  /** Whether all placements were looked at, or none of the others can be better. */
  get isWhole(): boolean {
    return this.#nodes < mostNodes;
  }

  go(partial: Partial): void {
    if (this.#nodes >= mostNodes) return;
    this.#nodes += 1;
    if (this.best && compareScores(partial.score, this.best.score) >= 0) return;
    if (partial.takes.length === this.#demands.length) {
      this.best = { takes: partial.takes, score: partial.score };
      return;
    }
    for (const next of expand(this.#board, this.#demands, this.#isMoving, partial, this.best?.score)) this.go(next);
  }
}

function beam(
  board: Board,
  demands: readonly Demand[],
  isMoving: boolean,
  start: Partial,
): Omit<Placement, 'optimal'> | undefined {
  let front = [start];
  for (let step = 0; step < demands.length; step += 1) {
    const next = front.flatMap((partial) => expand(board, demands, isMoving, partial));
    front = next.sort(byScore(board)).slice(0, beamWidth);
  }
  return front[0];
}

/** What may come after a partial placement, the most promising first. */
function expand(board: Board, demands: readonly Demand[], isMoving: boolean, partial: Partial, best?: ScoreVector): Partial[] {
  const demand = demands[partial.takes.length] as Demand;
  const place = (takes: Takes): Partial => {
    const free = [...partial.free];
    for (const [cell, cores] of takes) free[cell] = (free[cell] as number) - cores;
    const score = [...partial.score];
    addPlacement(score, board, demand, takes, partial.occupants, isMoving);
    score[partIndex.brokenReserve] = brokenReserve(board, free);
    const occupants = [...partial.occupants];
    for (const domain of domainsOf(board, demand, takes))
      if (!occupants[domain]?.includes(demand)) occupants[domain] = [...(occupants[domain] as Demand[]), demand];
    return { takes: [...partial.takes, takes], free, occupants, score };
  };
  if (demand.threads === 0) return [place([])];
  const known = new Set<string>();
  const options = board.domains.flatMap((domain, index) => {
    const alike = canBeSwapped(demands, partial) && kindOfEmpty(board, domain, partial.occupants[index] as Demand[], demands);
    if (alike && known.has(alike)) return [];
    if (alike) known.add(alike);
    return withinDomain(board, demand, index, partial.free);
  });
  const bearsCrossing = !best || demand.budget.mayCrossL3 === true || (partial.score[0] as number) < (best[0] as number);
  if (demand.budget.mayCrossL3 !== 'never' && (bearsCrossing || options.length === 0))
    options.push(...acrossDomains(board, demand, partial.free));
  return options.map(place).sort(byScore(board));
}

/** Better scores first; then the one that leaves larger rests together, in which more fits later. */
function byScore(board: Board): (one: Partial, other: Partial) => number {
  const togetherness = ({ free }: Partial) =>
    board.domains.reduce((sum, { cells }) => sum + cells.reduce((all, cell) => all + (free[cell] as number), 0) ** 2, 0);
  return (one, other) => compareScores(one.score, other.score) || togetherness(other) - togetherness(one);
}

/** Whether empty domains that are alike may change places: not while the place of later ones counts. */
function canBeSwapped(demands: readonly Demand[], { takes }: Partial): boolean {
  return demands.slice(takes.length).every(({ budget }) => budget.class !== 'latency');
}

/** What a domain that nobody lies or lay in is alike to; undefined where it must be looked at by itself. */
function kindOfEmpty(
  board: Board,
  { cache, cells }: BoardDomain,
  occupants: readonly Demand[],
  demands: readonly Demand[],
): string | undefined {
  if (occupants.length > 0 || demands.some(({ kept }) => cells.some((cell) => (kept[cell] as number) > 0))) return undefined;
  const shape = cells.map((cell) => board.cells[cell]).map((cell) => `${cell?.width}/${cell?.kind}/${cell?.cores.length}`);
  return `${cache.node} ${shape.join(' ')}`;
}
