import { type Clock, newId } from '#kernel';
import { loggerFor } from '#telemetry';
import { inParallel } from '../in-parallel.ts';
import { objectPath } from '../object-path.ts';
import type { TierSet } from '../tiers/tier-set.ts';
import type { PlannedMove } from './domain/plan.ts';
import { hasFailedTooOften } from './domain/throttle.ts';
import type { FileRow, FileRows } from './file-rows.repository.ts';
import { batchesOf, type MoveBatch } from './move-batch.ts';
import type { MoveFault } from './move-errors.ts';
import { seeFile } from './move-file.adapter.ts';
import type { Move } from './move-journal.repository.ts';
import type { MoveReservation } from './move-reservation.ts';
import type { MoveStages, StageOutcome } from './move-stages.ts';

const logger = loggerFor('mover');
/** Files of a batch that are copied at a time for each declared parallel move: they wait for the journal of the file system more than for the disk. */
const smallLanes = 4;

/** How a run goes on. */
export interface RunTally {
  doneMoves: number;
  doneBytes: number;
  failedMoves: number;
  stopped: { code: string; message: string } | null;
}

export interface RunOptions {
  runId: string;
  signal?: AbortSignal;
  onProgress?: (tally: RunTally) => Promise<void>;
}

type Ended = { move: Move; fault: MoveFault };
type Pair = { from: string; to: string };

/** Carries out planned moves up to the commit; sources go later. Stops where going on would do harm. */
export class MoveExecutor {
  readonly #tiers: TierSet;
  readonly #rows: FileRows;
  readonly #stages: MoveStages;
  readonly #reservation: MoveReservation;
  readonly #clock: Clock;

  constructor(parts: { tiers: TierSet; rows: FileRows; stages: MoveStages; reservation: MoveReservation; clock: Clock }) {
    this.#tiers = parts.tiers;
    this.#rows = parts.rows;
    this.#stages = parts.stages;
    this.#reservation = parts.reservation;
    this.#clock = parts.clock;
  }

  async run(planned: readonly PlannedMove[], { runId, signal, onProgress }: RunOptions): Promise<RunTally> {
    const tally: RunTally = { doneMoves: 0, doneBytes: 0, failedMoves: 0, stopped: null };
    const closed = new Set<string>();
    for (const group of groupsOf(batchesOf(planned))) {
      const lanes = this.#lanesOf(group);
      await inParallel(group.batches, lanes, async (batch) => {
        if (signal?.aborted || tally.stopped || closed.has(keyOf(batch))) return;
        const ended = await this.#runBatch(batch, runId, tally).catch((error) => {
          logger.error({ err: error }, 'A batch of moves failed; recovery takes it up');
          tally.failedMoves += batch.moves.length;
          tally.stopped ??= { code: 'STORAGE_MOVER_FAILED', message: `The run ended early: ${(error as Error).message}` };
          return [];
        });
        this.#judge(batch, ended, tally, closed);
        await onProgress?.(tally);
      });
    }
    return tally;
  }

  /** Takes moves from whatever state they are in up to the commit. Answers those that ended otherwise. */
  async advance(moves: readonly Move[], lanes: number, onCommitted: (moves: Move[]) => void): Promise<Ended[]> {
    const ended: Ended[] = [];
    let waiting = [...moves];
    const pick = (...states: string[]) => waiting.filter(({ state }) => states.includes(state));
    while (waiting.length > 0) {
      const again: Move[] = [];
      const take = (outcome: StageOutcome) => {
        ended.push(...outcome.ended);
        again.push(...outcome.restarted);
        return outcome.advanced;
      };
      const copied = [...pick('copied'), ...take(await this.#stages.copy(pick('planned', 'copying'), lanes))];
      const verified = [...pick('verified'), ...take(await this.#stages.verify(copied, lanes))];
      const published = [...pick('published'), ...take(await this.#stages.publish(verified))];
      onCommitted(take(await this.#stages.commit(published)));
      waiting = again;
    }
    return ended;
  }

  async #runBatch(batch: MoveBatch, runId: string, tally: RunTally): Promise<Ended[]> {
    const moves = await this.#prepare(batch, runId);
    const { begun, refused } = await this.#reservation.begin(moves, batch.to);
    if (refused) tally.stopped ??= refused;
    const lanes = batch.isLarge ? 1 : smallLanes;
    return this.advance(begun, lanes, (committed) => {
      tally.doneMoves += committed.length;
      tally.doneBytes += committed.reduce((sum, { bytes }) => sum + bytes, 0);
    });
  }

  /** Looks at rows and files once more; what has changed since it was planned is left for the next plan. */
  async #prepare({ moves }: MoveBatch, runId: string): Promise<Move[]> {
    const rows = await this.#rows.describe(moves.map(({ objectId }) => objectId));
    const prepared = await inParallel(moves, smallLanes, (move) => this.#prepareOne(move, rows.get(move.objectId), runId));
    return prepared.flatMap((outcome) => (outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : []));
  }

  async #prepareOne(planned: PlannedMove, row: FileRow | undefined, runId: string): Promise<Move | undefined> {
    if (!row || row.generation !== planned.generation || row.tier !== planned.from || row.damage !== null) return undefined;
    const source = await seeFile(objectPath(this.#tiers.rootOf(planned.from), row.organisationId, row.fileName));
    if (!source) logger.error({ objectId: row.objectId, tier: row.tier }, 'The file of an object is not where its row says');
    // A file with several names moves with all of them or not at all; objects have one.
    if (!source?.isRegular || source.links !== 1) return undefined;
    const { organisationId, objectId, generation, from, to, rule, reason } = planned;
    return {
      id: newId(),
      runId,
      ...{ organisationId, objectId, generation, from, to, rule, reason },
      fileName: row.fileName,
      bytes: row.bytes,
      sha256: row.sha256,
      source: { inode: source.inode, mtimeNs: source.mtimeNs, ctimeNs: source.ctimeNs },
      targetInode: null,
      readBack: null,
      state: 'planned',
      attempt: 1,
      plannedAt: this.#clock.now(),
      deleteAfter: null,
    };
  }

  #judge(batch: MoveBatch, ended: readonly { fault: MoveFault }[], tally: RunTally, closed: Set<string>): void {
    const failures = ended.filter(({ fault }) => fault.kind !== 'conflict');
    tally.failedMoves += failures.length;
    const stopper = failures.find(({ fault }) => fault.stopsPair);
    if (stopper) closed.add(keyOf(batch));
    if (stopper) tally.stopped ??= { code: stopper.fault.code, message: stopper.fault.message };
    if (hasFailedTooOften(tally.doneMoves + tally.failedMoves, tally.failedMoves))
      tally.stopped ??= {
        code: 'STORAGE_MOVER_TOO_MANY_ERRORS',
        message: `${tally.failedMoves} of ${tally.doneMoves + tally.failedMoves} moves failed; the run ended so as to do no harm.`,
      };
  }

  #lanesOf({ from, to }: Pair): number {
    return Math.min(this.#tiers.settingsOf(from).parallelMoves, this.#tiers.settingsOf(to).parallelMoves);
  }
}

function keyOf({ from, to }: Pair): string {
  return `${from} ${to}`;
}

/** Batches that follow each other between the same tiers may run side by side. */
function groupsOf(batches: readonly MoveBatch[]): (Pair & { batches: MoveBatch[] })[] {
  const groups: (Pair & { batches: MoveBatch[] })[] = [];
  for (const batch of batches) {
    const last = groups.at(-1);
    if (last && keyOf(last) === keyOf(batch)) last.batches.push(batch);
    else groups.push({ from: batch.from, to: batch.to, batches: [batch] });
  }
  return groups;
}
