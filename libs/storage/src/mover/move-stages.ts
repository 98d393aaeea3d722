import type { Clock } from '#kernel';
import { loggerFor, moveBytesCommitted, movesCommitted, movesFailed } from '#telemetry';
import { syncFolder } from '../durable-folders.adapter.ts';
import { failpoint } from '../failpoint.ts';
import { inParallel } from '../in-parallel.ts';
import type { MoveState } from './domain/move-state.ts';
import type { FileRows } from './file-rows.repository.ts';
import { type MoveCopies, readFault } from './move-copies.ts';
import { fault, type MoveFault } from './move-errors.ts';
import type { Move, MoveJournal, MoveProgress } from './move-journal.repository.ts';

const logger = loggerFor('mover');
/** Copies of one move that are tried before it is given up. */
const mostAttempts = 3;
const parallelSyncs = 8;

/** What became of moves in a stage: some have advanced, some must be copied anew, some have ended. */
export interface StageOutcome {
  advanced: Move[];
  restarted: Move[];
  ended: { move: Move; fault: MoveFault }[];
}

interface Done {
  move: Move;
  progress: MoveProgress;
}
type Step = (move: Move) => Promise<MoveProgress>;

/** The stages of moves, for many at a time. Each first does its work on files and then commits the state that this has reached. */
export class MoveStages {
  readonly copies: MoveCopies;
  readonly #journal: MoveJournal;
  readonly #rows: FileRows;
  readonly #clock: Clock;
  readonly #graceMs: number;

  constructor(parts: {
    copies: MoveCopies;
    journal: MoveJournal;
    rows: FileRows;
    clock: Clock;
    graceMinutes: number;
  }) {
    this.copies = parts.copies;
    this.#journal = parts.journal;
    this.#rows = parts.rows;
    this.#clock = parts.clock;
    this.#graceMs = parts.graceMinutes * 60_000;
  }

  /** planned → copying → copied: a new file beside the target, hashed while it is read and durable. */
  async copy(moves: readonly Move[], lanes: number): Promise<StageOutcome> {
    const [begun, planned] = split(moves, ({ state }) => state === 'copying');
    failpoint('move.planned');
    const copying = await this.#journal.advance(planned, 'copying', this.#clock.now());
    failpoint('move.copying');
    return this.#stage([...begun, ...copying], 'copied', lanes, 'while copying', async (move) => {
      await this.copies.make(move);
      return {};
    });
  }

  /** Any state before the commit → copying: what was written goes, and a new copy is begun. Answers those that may go on. */
  async restart(moves: readonly Move[]): Promise<Move[]> {
    for (const move of moves) await this.copies.remove(move);
    return this.#journal.advance(moves, 'copying', this.#clock.now(), ({ attempt }) => ({ attempt: attempt + 1 }));
  }

  /** copied → verified: the copy is read back from the disk, and the source is still the one that was copied. */
  verify(moves: readonly Move[], lanes: number): Promise<StageOutcome> {
    return this.#stage(moves, 'verified', lanes, 'while reading back', (move) => this.copies.verify(move));
  }

  /** verified → published: the copy has its name, and that is durable. */
  async publish(moves: readonly Move[]): Promise<StageOutcome> {
    const folders = new Set<string>();
    const named = await this.#each(moves, parallelSyncs, 'while naming a copy', async (move) => {
      const pending = await this.copies.name(move);
      for (const folder of pending) folders.add(folder);
      return {};
    });
    failpoint('move.named');
    const isDurable = await this.#syncAll(folders, moves);
    failpoint('move.published');
    const [sound, doubtful] = isDurable ? [named.done, []] : [[], named.done];
    const outcome = await this.#settle(sound, named.ended, 'published');
    const message = 'The system failed to make a name durable.';
    const lost = await this.#end(doubtful.map(({ move }) => ({ move, fault: fault('failed', 'STORAGE_IO', message) })));
    for (const { move } of sound) this.copies.trust(move);
    return { ...outcome, ended: [...outcome.ended, ...lost] };
  }

  /** published → committed: readers find the copy from now on. A row that somebody else has changed wins. */
  async commit(moves: readonly Move[]): Promise<StageOutcome> {
    failpoint('move.before-commit');
    const now = this.#clock.now();
    const advanced = await this.#journal.commit(moves, now, new Date(now.getTime() + this.#graceMs));
    failpoint('move.committed');
    for (const { from, to, bytes } of advanced) {
      movesCommitted.inc({ from, to });
      moveBytesCommitted.inc({ from, to }, bytes);
    }
    const ids = new Set(advanced.map(({ id }) => id));
    const message = 'The object was changed or removed meanwhile; it stays as that left it.';
    const lost = moves
      .filter(({ id }) => !ids.has(id))
      .map((move) => ({ move, fault: fault('conflict', 'STORAGE_MOVE_OVERTAKEN', message) }));
    return { advanced, restarted: [], ended: await this.#end(lost) };
  }

  /** Ends moves whose object stays at its source: the copy goes, then the journal says so. */
  async end(moves: readonly { move: Move; fault: MoveFault }[]): Promise<void> {
    await this.#end([...moves]);
  }

  async #stage(moves: readonly Move[], to: MoveState, lanes: number, doing: string, step: Step): Promise<StageOutcome> {
    const { done, ended } = await this.#each(moves, lanes, doing, step);
    failpoint(`move.${to}`);
    return this.#settle(done, ended, to);
  }

  async #each(moves: readonly Move[], lanes: number, doing: string, step: Step) {
    const outcomes = await inParallel(moves, lanes, step);
    const done: Done[] = [];
    const ended: { move: Move; fault: MoveFault }[] = [];
    for (const [index, move] of moves.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === 'fulfilled') done.push({ move, progress: outcome.value });
      else ended.push({ move, fault: readFault(outcome?.reason, doing) });
    }
    return { done, ended };
  }

  async #settle(done: readonly Done[], faulty: { move: Move; fault: MoveFault }[], to: MoveState): Promise<StageOutcome> {
    const progress = new Map(done.map((entry) => [entry.move.id, entry.progress]));
    const moves = done.map(({ move }) => move);
    const advanced = await this.#journal.advance(moves, to, this.#clock.now(), (move) => progress.get(move.id) ?? {});
    const [restarted, ended] = split(
      faulty,
      ({ move, fault: found }) => found.kind === 'restart' && move.attempt < mostAttempts,
    );
    const again = await this.restart(restarted.map(({ move }) => move));
    return { advanced, restarted: again, ended: await this.#end(ended) };
  }

  async #end(ended: { move: Move; fault: MoveFault }[]): Promise<{ move: Move; fault: MoveFault }[]> {
    for (const { move, fault: found } of ended) {
      logger.warn({ move: move.id, objectId: move.objectId, from: move.from, to: move.to, code: found.code }, found.message);
      movesFailed.inc({ code: found.code });
      if (found.kind === 'damage') await this.#markDamaged(move, found.message);
      // A move is live as long as its copy may be there: where the disk refuses now, recovery ends it once that is back.
      if (!(await this.#isRemoved(move))) continue;
      const state = found.kind === 'conflict' ? 'conflict' : 'failed';
      await this.#journal.advance([move], state, this.#clock.now(), () => ({ error: found }));
    }
    return ended;
  }

  async #isRemoved(move: Move): Promise<boolean> {
    try {
      await this.copies.remove(move);
      return true;
    } catch (err) {
      logger.warn(
        { err, move: move.id },
        'The copy of a move could not be removed; it is taken up when the tier is ready again',
      );
      return false;
    }
  }

  async #markDamaged(move: Move, message: string): Promise<void> {
    const row = (await this.#rows.describe([move.objectId])).get(move.objectId);
    if (row && row.generation === move.generation) await this.#rows.markDamaged(row, message, this.#clock.now());
  }

  /** Answers whether all is durable: one folder may be needed by all of a batch. */
  async #syncAll(folders: ReadonlySet<string>, moves: readonly Move[]): Promise<boolean> {
    const outcomes = await inParallel([...folders], parallelSyncs, syncFolder);
    if (outcomes.some(({ status }) => status === 'rejected')) return false;
    return this.copies.confirm(moves.map(({ to }) => to)).then(
      () => true,
      () => false,
    );
  }
}

function split<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
