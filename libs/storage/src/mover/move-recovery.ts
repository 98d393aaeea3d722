import { loggerFor } from '#telemetry';
import type { TierSet } from '../tiers/tier-set.ts';
import { fault } from './move-errors.ts';
import type { MoveExecutor } from './move-executor.ts';
import { seeFile } from './move-file.adapter.ts';
import type { Move, MoveJournal } from './move-journal.repository.ts';
import type { MoveMill } from './move-mill.adapter.ts';
import type { MoveStages } from './move-stages.ts';

const logger = loggerFor('mover');

/** What became of moves that a dead process had in hand. */
export interface RecoveryReport {
  /** Moves that were in hand. */
  found: number;
  finished: number;
  dropped: number;
  ended: number;
  /** Left as they are because a tier of theirs is not ready. */
  waiting: number;
}

/** Takes up what a process that died had in hand. Done twice it does what it does once; dying in it changes nothing about that. */
export class MoveRecovery {
  readonly #tiers: TierSet;
  readonly #journal: MoveJournal;
  readonly #stages: MoveStages;
  readonly #executor: MoveExecutor;
  readonly #mill: MoveMill;

  constructor(parts: { tiers: TierSet; journal: MoveJournal; stages: MoveStages; executor: MoveExecutor; mill: MoveMill }) {
    this.#tiers = parts.tiers;
    this.#journal = parts.journal;
    this.#stages = parts.stages;
    this.#executor = parts.executor;
    this.#mill = parts.mill;
  }

  /** Only the holder of the mover's lock may. */
  async run(): Promise<RecoveryReport> {
    const report: RecoveryReport = { found: 0, finished: 0, dropped: 0, ended: 0, waiting: 0 };
    const ready = new Set(
      (await this.#tiers.lookAll()).filter(({ state }) => state === 'ready').map(({ settings }) => settings.name),
    );
    for (const move of await this.#journal.active()) {
      if (move.state === 'committed' || move.state === 'source-deleted') continue;
      report.found += 1;
      if (!ready.has(move.from) || !ready.has(move.to)) report.waiting += 1;
      else await this.#takeUp(move, report);
    }
    await this.#removeFirstNames(ready);
    if (report.found > 0) logger.info(report, 'Moves that a process left unfinished were taken up');
    return report;
  }

  async #removeFirstNames(ready: ReadonlySet<string>): Promise<void> {
    for (const move of await this.#journal.lately()) {
      if (!ready.has(move.to)) continue;
      const named = { move: move.id, tier: move.to };
      try {
        if (await this.#stages.copies.removeFirstName(move))
          logger.info(named, 'A power cut had brought back the first name of a copy');
      } catch (err) {
        // It is listed as a stray file, and the next start tries again: no reason to move nothing.
        logger.warn({ err, ...named }, 'The first name of a copy cannot be removed');
      }
    }
  }

  async #takeUp(move: Move, report: RecoveryReport): Promise<void> {
    if (move.state === 'planned') {
      await this.#stages.end([
        { move, fault: fault('failed', 'STORAGE_MOVE_DROPPED', 'The process ended before it began; it is planned anew.') },
      ]);
      report.dropped += 1;
      return;
    }
    const resumable = await this.#resumable(move);
    const ended = await this.#executor.advance(resumable, 1, (committed) => {
      report.finished += committed.length;
    });
    report.ended += ended.length;
  }

  /** The move in a state from which the stages can go on. */
  async #resumable(move: Move): Promise<Move[]> {
    if (move.state === 'copying') return this.#stages.restart([move]);
    if (move.state !== 'published') return [move];
    // The name was durable when this was written; that it holds the right bytes is looked at all the same.
    const final = await seeFile(this.#stages.copies.targetOf(move));
    const found = final && (await this.#mill.verify(this.#stages.copies.targetOf(move)).catch(() => undefined));
    return found?.sha256 === move.sha256 && found.inode === move.targetInode ? [move] : this.#stages.restart([move]);
  }
}
