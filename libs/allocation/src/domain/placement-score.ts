import type { Board, BoardDomain, Cell, Demand } from './board.ts';
import type { Takes } from './placement.ts';
import { partIndex, type ScoreVector } from './score.ts';

/** Who lies in each domain, by its place on the board. */
export type Occupants = Demand[][];

/** Domains that a workload lies in, each once. */
export function domainsOf(board: Board, demand: Demand, takes: Takes): number[] {
  return [...new Set([...demand.fixedDomains, ...takes.map(([cell]) => (board.cells[cell] as Cell).domain)])];
}

/** Adds to a score what placing a workload so costs beside those that are placed. `isMoving` says whether there was a plan before. */
export function addPlacement(
  score: ScoreVector,
  board: Board,
  demand: Demand,
  takes: Takes,
  occupants: Occupants,
  isMoving: boolean,
): void {
  const add = (part: keyof typeof partIndex, cost: number) => {
    score[partIndex[part]] = (score[partIndex[part]] as number) + cost;
  };
  const { budget } = demand;
  const domains = domainsOf(board, demand, takes);
  add(budget.mayCrossL3 === true ? 'allowedCrossings' : 'crossings', Math.max(0, domains.length - 1));
  const nodes = new Set(domains.map((domain) => (board.domains[domain] as BoardDomain).cache.node));
  add('nodeCrossings', Math.max(0, nodes.size - 1));
  for (const domain of domains)
    for (const other of occupants[domain] as Demand[]) {
      if (isApart(demand, other)) add('apartViolations', 1);
      if (isPair(demand, other, 'latency', 'noisy')) add('noisyBesideLatency', 1);
      if (isLatencyBesideOther(demand, other)) add('latencyBesideOthers', 1);
    }
  for (const [index, cores] of takes) {
    const cell = board.cells[index] as Cell;
    const threads = cores * cell.width;
    if (isMoving) add('movedCpus', Math.max(0, threads - (demand.kept[index] as number)));
    if (board.hasBothKinds && isWrongKind(budget.class, cell)) add('wrongKind', threads);
  }
  if (budget.class === 'latency')
    for (const domain of domains)
      add('latencyOnLesserDomain', threadsIn(board, takes, domain) * (board.domains[domain] as BoardDomain).place);
}

/** Cores missing to the largest block of whole free cores that one domain could hold; placing more never makes it less. */
export function brokenReserve(board: Board, free: readonly number[]): number {
  const largest = Math.max(...board.domains.map(({ coreCount }) => coreCount));
  const blocks = board.domains.map(({ cells }) => cells.reduce((sum, cell) => sum + (free[cell] as number), 0));
  return largest - Math.max(...blocks);
}

function isApart({ budget: one }: Demand, { budget: other }: Demand): boolean {
  return one.apartFrom.includes(other.id) || other.apartFrom.includes(one.id);
}

function isPair({ budget: one }: Demand, { budget: other }: Demand, first: string, second: string): boolean {
  return (one.class === first && other.class === second) || (one.class === second && other.class === first);
}

function isLatencyBesideOther({ budget: one }: Demand, { budget: other }: Demand): boolean {
  const isOther = (kind: string) => kind !== 'latency' && kind !== 'system';
  return (one.class === 'latency' && isOther(other.class)) || (other.class === 'latency' && isOther(one.class));
}

function isWrongKind(workload: string, { kind }: Cell): boolean {
  return (workload === 'latency' && kind === 'efficiency') || (workload === 'background' && kind === 'performance');
}

function threadsIn(board: Board, takes: Takes, domain: number): number {
  return takes.reduce((sum, [index, cores]) => {
    const cell = board.cells[index] as Cell;
    return cell.domain === domain ? sum + cores * cell.width : sum;
  }, 0);
}
