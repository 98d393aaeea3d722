import type { CanonicalBudget } from './budget.ts';
import type { CacheDomain, Core, CoreKind } from './topology.ts';

/** Free cores that are alike: of one L3 domain, as wide, of one kind. What differs between them only matters when they are handed out. */
export interface Cell {
  /** Place among the domains of the board. */
  domain: number;
  /** CPUs of each core that are online. */
  width: number;
  kind: CoreKind;
  cores: Core[];
}

/** A domain with its cells. */
export interface BoardDomain {
  cache: CacheDomain;
  /** Places among the cells of the board. */
  cells: number[];
  /** All its cores that may be used, also those that are fixed. */
  coreCount: number;
  /** 0 for the largest and fastest. */
  place: number;
}

/** A workload that is to be placed. */
export interface Demand {
  budget: CanonicalBudget;
  /** Threads without those on fixed cores. */
  threads: number;
  /** Cores that it has in any case: the system's, and pinned ones. */
  fixed: Core[];
  /** Domains of the fixed cores. */
  fixedDomains: number[];
  /** CPUs that it had before, in each cell. */
  kept: number[];
}

/** What the planner fills. */
export interface Board {
  cells: Cell[];
  domains: BoardDomain[];
  hasBothKinds: boolean;
}

/** Groups free cores into cells. `fixed` cores count for their domains and cannot be handed out. */
export function makeBoard(caches: readonly CacheDomain[], free: readonly Core[], fixed: readonly Core[]): Board {
  const all = [...free, ...fixed];
  const speed = new Map(caches.map(({ id }) => [id, averageRank(all.filter(({ domain }) => domain === id))]));
  const order = [...caches].sort((a, b) => b.bytes - a.bytes || (speed.get(b.id) ?? 0) - (speed.get(a.id) ?? 0) || a.id - b.id);
  const cells: Cell[] = [];
  const domains = caches.map((cache, domain): BoardDomain => {
    const first = cells.length;
    for (const core of free.filter((one) => one.domain === cache.id)) {
      const [width, { kind }] = [core.cpus.length, core];
      const cell = cells.find((one) => one.domain === domain && one.width === width && one.kind === kind);
      if (cell) cell.cores.push(core);
      else cells.push({ domain, width, kind, cores: [core] });
    }
    const own = Array.from({ length: cells.length - first }, (_, index) => first + index);
    const coreCount = all.filter((core) => core.domain === cache.id).length;
    return { cache, cells: own, coreCount, place: order.indexOf(cache) };
  });
  return { cells, domains, hasBothKinds: new Set(all.map(({ kind }) => kind)).size > 1 };
}

/** Threads that cells hold with so many free cores each. */
export function threadsOf(board: Board, cells: readonly number[], free: readonly number[]): number {
  return cells.reduce((sum, cell) => sum + (free[cell] as number) * (board.cells[cell] as Cell).width, 0);
}

function averageRank(cores: readonly Core[]): number {
  return cores.length === 0 ? 0 : cores.reduce((sum, { rank }) => sum + rank, 0) / cores.length;
}
