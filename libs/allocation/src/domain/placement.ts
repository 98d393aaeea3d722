import { type Board, type Cell, type Demand, threadsOf } from './board.ts';

/** Cores that a workload takes: how many of which cells. */
export type Takes = [cell: number, cores: number][];

/** Choices of several domains that are looked at for one workload; more exist only on large machines. */
const mostSplits = 128;

/** All ways to give a workload its threads from one domain. */
export function withinDomain(board: Board, demand: Demand, domain: number, free: readonly number[]): Takes[] {
  return compositions(board, board.domains[domain]?.cells ?? [], demand.threads, demand.budget.wholeCores, free);
}

/** Ways to give a workload its threads from the fewest domains that hold them: all but one of them are taken whole, which leaves the largest rest together. */
export function acrossDomains(board: Board, demand: Demand, free: readonly number[]): Takes[] {
  const rooms = board.domains
    .map(({ cells }, domain) => ({ domain, threads: threadsOf(board, cells, free) }))
    .filter(({ threads }) => threads > 0);
  const bySize = rooms.map(({ threads }) => threads).sort((a, b) => b - a);
  let [count, sum] = [0, 0];
  while (sum < demand.threads && count < bySize.length) sum += bySize[count++] as number;
  if (sum < demand.threads || count < 2) return [];
  const takes: Takes[] = [];
  for (const chosen of subsets(rooms, count, demand.threads)) {
    const total = chosen.reduce((all, { threads }) => all + threads, 0);
    for (const last of chosen) {
      const rest = demand.threads - (total - last.threads);
      if (rest < 1) continue;
      const whole = chosen
        .filter((one) => one !== last)
        .flatMap(({ domain }) =>
          (board.domains[domain]?.cells ?? []).map((cell): [number, number] => [cell, free[cell] as number]),
        )
        .filter(([, cores]) => cores > 0);
      const cells = board.domains[last.domain]?.cells ?? [];
      for (const part of compositions(board, cells, rest, demand.budget.wholeCores, free)) takes.push([...whole, ...part]);
    }
    if (takes.length >= mostSplits) break;
  }
  return takes;
}

/** Choices of so many rooms that hold the threads, those of neighbours first. */
function* subsets<Room extends { threads: number }>(
  rooms: readonly Room[],
  count: number,
  threads: number,
  from = 0,
): Generator<Room[]> {
  if (count === 0) {
    if (threads <= 0) yield [];
    return;
  }
  for (let index = from; index + count <= rooms.length; index += 1) {
    const room = rooms[index] as Room;
    for (const others of subsets(rooms, count - 1, threads - room.threads, index + 1)) yield [room, ...others];
  }
}

/** How many cores of which cells make up the threads: exactly, or with the fewest idle siblings where cores need not be whole. */
function compositions(
  board: Board,
  cells: readonly number[],
  threads: number,
  wholeCores: boolean,
  free: readonly number[],
): Takes[] {
  const widest = Math.max(1, ...cells.map((cell) => (board.cells[cell] as Cell).width));
  for (let spare = 0; spare < (wholeCores ? 1 : widest); spare += 1) {
    const found = exactly(board, cells, threads + spare, free).filter((takes) =>
      takes.every(([cell]) => spare === 0 || (board.cells[cell] as Cell).width > spare),
    );
    if (found.length > 0) return found;
  }
  return [];
}

function exactly(board: Board, cells: readonly number[], threads: number, free: readonly number[]): Takes[] {
  if (threads === 0) return [[]];
  const [cell, ...others] = cells;
  if (cell === undefined) return [];
  const { width } = board.cells[cell] as Cell;
  const takes: Takes[] = [];
  for (let cores = Math.min(free[cell] as number, Math.floor(threads / width)); cores >= 0; cores -= 1)
    for (const rest of exactly(board, others, threads - cores * width, free))
      takes.push(cores === 0 ? rest : [[cell, cores], ...rest]);
  return takes;
}
