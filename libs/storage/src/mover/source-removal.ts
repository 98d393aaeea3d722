import { dirname } from 'node:path';
import type { Clock } from '#kernel';
import { loggerFor } from '#telemetry';
import { syncFolder } from '../durable-folders.adapter.ts';
import { failpoint } from '../failpoint.ts';
import type { TierSet } from '../tiers/tier-set.ts';
import { removeName, seeFile } from './move-file.adapter.ts';
import type { Move, MoveJournal } from './move-journal.repository.ts';
import type { MoveStages } from './move-stages.ts';

const logger = loggerFor('mover');
const batchMoves = 200;

/** Removes the old copies of objects that have moved, once those who had them open have had their time. */
export class SourceRemoval {
  readonly #tiers: TierSet;
  readonly #journal: MoveJournal;
  readonly #stages: MoveStages;
  readonly #clock: Clock;

  constructor(parts: { tiers: TierSet; journal: MoveJournal; stages: MoveStages; clock: Clock }) {
    this.#tiers = parts.tiers;
    this.#journal = parts.journal;
    this.#stages = parts.stages;
    this.#clock = parts.clock;
  }

  /** Answers how many moves are done by it. What cannot be done now (a tier is away) is done at the next turn. */
  async run(signal?: AbortSignal): Promise<number> {
    let done = 0;
    const put = new Set<string>();
    while (!signal?.aborted) {
      const due = (await this.#journal.due(this.#clock.now(), batchMoves + put.size)).filter(({ id }) => !put.has(id));
      if (due.length === 0) return done;
      for (const { id } of due) put.add(id);
      done += await this.#finish(due);
    }
    return done;
  }

  async #finish(due: readonly Move[]): Promise<number> {
    const removed = due.filter(({ state }) => state === 'source-deleted');
    const gone: { move: Move; note: string | undefined }[] = [];
    for (const move of due.filter(({ state }) => state === 'committed')) {
      const note = await this.#remove(move).catch((err) => {
        logger.warn({ err, move: move.id }, 'The old copy of a moved object stays for now');
        return null;
      });
      if (note !== null) gone.push({ move, note });
    }
    failpoint('move.source-unlinked');
    const folders = new Set(gone.map(({ move }) => dirname(this.#stages.copies.sourceOf(move))));
    for (const folder of folders) await syncFolder(folder).catch(ignoreAbsence);
    await this.#stages.copies.confirm(gone.map(({ move }) => move.from));
    const notes = new Map(gone.map(({ move, note }) => [move.id, note]));
    const now = this.#clock.now();
    const deleted = await this.#journal.advance(
      gone.map(({ move }) => move),
      'source-deleted',
      now,
      (move) => {
        const note = notes.get(move.id);
        return note ? { error: { code: 'STORAGE_MOVE_SOURCE_KEPT', message: note } } : {};
      },
    );
    failpoint('move.source-deleted');
    return (await this.#journal.advance([...removed, ...deleted], 'done', now)).length;
  }

  /** Unlinks the source if all speaks for it; answers a note where it is kept for good, null where it must wait. */
  async #remove(move: Move): Promise<string | undefined | null> {
    await this.#tiers.requireReadyNow(move.from);
    await this.#tiers.requireReadyNow(move.to);
    const place = await this.#journal.placeOf(move);
    if (place && place.tier !== move.to) {
      logger.error(
        { move: move.id, objectId: move.objectId, tier: place.tier },
        'A moved object lies elsewhere than its move says; nothing is removed',
      );
      return `Its row says ${place.tier}; nothing was removed.`;
    }
    // The last look before the only other copy goes. An object without a row has been removed meanwhile, and its source must go too.
    const target = await seeFile(this.#stages.copies.targetOf(move));
    if (place && target?.bytes !== move.bytes) {
      logger.error(
        { move: move.id, objectId: move.objectId, tier: move.to },
        'The copy of a moved object is gone; its source is kept',
      );
      return null;
    }
    const path = this.#stages.copies.sourceOf(move);
    const source = await seeFile(path);
    if (!source) return undefined;
    if (!(await this.#stages.copies.isSource(move, source))) return `Another file lies at ${path}; it was left there.`;
    failpoint('move.before-unlink');
    await removeName(path);
    return undefined;
  }
}

function ignoreAbsence(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'ENOENT') throw cause;
}
