import type { PlannedMove } from './domain/plan.ts';

/** From here on a file is moved by itself; smaller ones share commits to the journal and fsyncs of folders. */
export const largeBytes = 8_388_608;
const batchFiles = 64;

/** Moves of one pair of tiers that go through each state together. */
export interface MoveBatch {
  from: string;
  to: string;
  moves: PlannedMove[];
  isLarge: boolean;
}

/** Splits a plan, keeping its order, into batches: each large file by itself, small ones together. */
export function batchesOf(moves: readonly PlannedMove[]): MoveBatch[] {
  const batches: MoveBatch[] = [];
  for (const move of moves) {
    const last = batches.at(-1);
    const isLarge = move.bytes >= largeBytes;
    const fits =
      last && !isLarge && !last.isLarge && last.from === move.from && last.to === move.to && last.moves.length < batchFiles;
    if (fits) last.moves.push(move);
    else batches.push({ from: move.from, to: move.to, moves: [move], isLarge });
  }
  return batches;
}
