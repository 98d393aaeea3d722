import { dirname, join } from 'node:path';
import type { Clock } from '#kernel';
import { loggerFor, moveBytesCommitted, movesCommitted, movesFailed } from '#telemetry';
import { DurableFolders, syncFolder } from '../durable-folders.adapter.ts';
import { failpoint } from '../failpoint.ts';
import { FolderOwner } from '../folder-owner.adapter.ts';
import { inParallel } from '../in-parallel.ts';
import { objectPath } from '../object-path.ts';
import type { TierSet } from '../tiers/tier-set.ts';
import type { MoveState } from './domain/move-state.ts';
import type { FileRows } from './file-rows.repository.ts';
import { asMoveFault, fault, type MoveFault } from './move-errors.ts';
import { giveName, isSameFile, removeName, seeFile } from './move-file.adapter.ts';
import type { Move, MoveJournal, MoveProgress } from './move-journal.repository.ts';
import type { CopiedFile, MoveMill } from './move-mill.adapter.ts';
import { partName } from './part-name.ts';

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

/** Thrown within a step: a fault that the step itself has found. */
class Faulty extends Error {
  readonly fault: MoveFault;
  constructor(found: MoveFault) {
    super(found.message);
    this.fault = found;
  }
}

/** The stages of moves, for many at a time. Each first does its work on files and then commits the state that this has reached. */
export class MoveStages {
  readonly #tiers: TierSet;
  readonly #journal: MoveJournal;
  readonly #rows: FileRows;
  readonly #mill: MoveMill;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #folders = new Map<string, DurableFolders>();

  constructor(parts: {
    tiers: TierSet;
    journal: MoveJournal;
    rows: FileRows;
    mill: MoveMill;
    clock: Clock;
    graceMinutes: number;
  }) {
    this.#tiers = parts.tiers;
    this.#journal = parts.journal;
    this.#rows = parts.rows;
    this.#mill = parts.mill;
    this.#clock = parts.clock;
    this.#graceMs = parts.graceMinutes * 60_000;
  }

  sourceOf(move: Move): string {
    return objectPath(this.#tiers.rootOf(move.from), move.organisationId, move.fileName);
  }

  targetOf(move: Move): string {
    return objectPath(this.#tiers.rootOf(move.to), move.organisationId, move.fileName);
  }

  partOf(move: Move): string {
    return join(dirname(this.targetOf(move)), partName(move.id));
  }

  /** planned → copying → copied: a new file beside the target, hashed while it is read and durable. */
  async copy(moves: readonly Move[], lanes: number): Promise<StageOutcome> {
    const [begun, planned] = split(moves, ({ state }) => state === 'copying');
    failpoint('move.planned');
    const copying = await this.#journal.advance(planned, 'copying', this.#clock.now());
    failpoint('move.copying');
    return this.#stage([...begun, ...copying], 'copied', lanes, 'while copying', (move) => this.#copyOne(move));
  }

  /** Any state before the commit → copying: what was written goes, and a new copy is begun. Answers those that may go on. */
  async restart(moves: readonly Move[]): Promise<Move[]> {
    for (const move of moves) await this.removeCopy(move);
    return this.#journal.advance(moves, 'copying', this.#clock.now(), ({ attempt }) => ({ attempt: attempt + 1 }));
  }

  /** copied → verified: the copy is read back from the disk, and the source is still the one that was copied. */
  verify(moves: readonly Move[], lanes: number): Promise<StageOutcome> {
    return this.#stage(moves, 'verified', lanes, 'while reading back', async (move) => {
      const { sha256, bytes, inode, readBack } = await this.#mill.verify(this.partOf(move)).catch((thrown) => {
        // Its bytes were durable, its name was not: a power cut took that.
        if (thrown.code === 'ENOENT')
          throw new Faulty(fault('restart', 'STORAGE_COPY_GONE', `The copy on ${move.to} is gone.`));
        throw thrown;
      });
      if (sha256 !== move.sha256 || bytes !== move.bytes)
        throw new Faulty(fault('restart', 'STORAGE_COPY_WRONG', `${move.to} gave back other bytes than were written to it.`));
      await this.#requireSource(move);
      return { targetInode: inode, readBack };
    });
  }

  /** verified → published: the copy has its name, and that is durable. */
  async publish(moves: readonly Move[]): Promise<StageOutcome> {
    const folders = new Set<string>();
    const named = await this.#each(moves, parallelSyncs, 'while naming a copy', async (move) => {
      const pending = await this.#nameCopy(move);
      for (const folder of pending) folders.add(folder);
      return {};
    });
    failpoint('move.named');
    const failed = await this.#syncAll(folders);
    failpoint('move.published');
    const [sound, doubtful] = failed === 0 ? [named.done, []] : [[], named.done];
    const outcome = await this.#settle(sound, named.ended, 'published');
    const message = 'The system failed to make a name durable.';
    const lost = await this.#end(doubtful.map(({ move }) => ({ move, fault: fault('failed', 'STORAGE_IO', message) })));
    for (const { move } of sound) this.#foldersOf(move.to).trust(dirname(this.targetOf(move)));
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

  /** Removes what a move has written, by names that the journal gives, and nothing that anybody could read. */
  async removeCopy(move: Move): Promise<void> {
    const place = await this.#journal.placeOf(move);
    const target = this.targetOf(move);
    const final = await seeFile(target);
    const isOurs = final !== undefined && move.targetInode !== null && final.inode === move.targetInode;
    // The row decides: what it points at is never removed here, whatever the journal says.
    const removed = [isOurs && place?.tier !== move.to && (await removeName(target)), await removeName(this.partOf(move))];
    if (removed.includes(true)) await syncFolder(dirname(target));
  }

  /** Ends moves whose object stays at its source: the copy goes, then the journal says so. */
  async end(moves: readonly { move: Move; fault: MoveFault }[]): Promise<void> {
    await this.#end([...moves]);
  }

  async #copyOne(move: Move): Promise<MoveProgress> {
    await this.#requireReady(move);
    // The folders become durable with the name: until then nobody relies on them.
    await this.#foldersOf(move.to).make(dirname(this.targetOf(move)));
    await removeName(this.partOf(move));
    const copied = await this.#mill.copy(this.sourceOf(move), this.partOf(move)).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT' && (thrown as { phase?: string }).phase === 'open') throw new Faulty(sourceGone(move));
      throw thrown;
    });
    failpoint('move.written');
    await this.#checkCopied(move, copied);
    return {};
  }

  async #checkCopied(move: Move, { source, after, sha256 }: CopiedFile): Promise<void> {
    const isSame = isSameFile(source, move.source) && isSameFile(after, move.source) && source.bytes === move.bytes;
    if (!isSame || after.links !== 1)
      throw new Faulty(
        fault('conflict', 'STORAGE_MOVE_OVERTAKEN', 'Somebody changed the file while it was copied; it stays where it is.'),
      );
    if (sha256 !== move.sha256)
      throw new Faulty(fault('damage', 'STORAGE_OBJECT_DAMAGED', `Its bytes on ${move.from} are not those that were stored.`));
  }

  async #nameCopy(move: Move): Promise<string[]> {
    await this.#requireReady(move);
    const [part, target] = [this.partOf(move), this.targetOf(move)];
    const waiting = await seeFile(part);
    if (waiting && waiting.inode !== move.targetInode)
      throw new Faulty(fault('restart', 'STORAGE_COPY_REPLACED', 'Another file lies where the copy was.'));
    if (waiting) await giveName(part, target);
    const final = await seeFile(target);
    if (!final) throw new Faulty(fault('restart', 'STORAGE_COPY_GONE', `The copy on ${move.to} is gone.`));
    if (final.inode !== move.targetInode)
      throw new Faulty(
        fault('conflict', 'STORAGE_MOVE_NAME_TAKEN', `Another file has the name of the object on ${move.to}: ${target}.`),
      );
    await removeName(part);
    const pending = await this.#foldersOf(move.to).make(dirname(target));
    return [...pending, dirname(target)];
  }

  async #requireReady(move: Move): Promise<void> {
    await this.#tiers.requireReady(move.from);
    await this.#tiers.requireReady(move.to);
  }

  async #requireSource(move: Move): Promise<void> {
    const source = await seeFile(this.sourceOf(move));
    if (!source) throw new Faulty(sourceGone(move));
    if (!isSameFile(source, move.source) || source.links !== 1)
      throw new Faulty(
        fault('conflict', 'STORAGE_MOVE_OVERTAKEN', 'Somebody changed the file while it was copied; it stays where it is.'),
      );
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
      await this.removeCopy(move);
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

  /** Answers how many fsyncs failed: one may stand for a folder that all of a batch needs. */
  async #syncAll(folders: ReadonlySet<string>): Promise<number> {
    const outcomes = await inParallel([...folders], parallelSyncs, syncFolder);
    return outcomes.filter(({ status }) => status === 'rejected').length;
  }

  #foldersOf(tier: string): DurableFolders {
    const root = this.#tiers.rootOf(tier);
    const known = this.#folders.get(tier) ?? new DurableFolders(root, new FolderOwner(root));
    this.#folders.set(tier, known);
    return known;
  }
}

function sourceGone({ from }: Move): MoveFault {
  return fault('conflict', 'STORAGE_OBJECT_MISSING', `Its file is not on ${from} any more.`);
}

function readFault(reason: unknown, doing: string): MoveFault {
  return reason instanceof Faulty ? reason.fault : asMoveFault(reason, doing);
}

function split<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
