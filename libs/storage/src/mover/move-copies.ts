import { dirname, join } from 'node:path';
import { DurableFolders, syncFolder } from '../durable-folders.adapter.ts';
import { failpoint } from '../failpoint.ts';
import { FolderOwner } from '../folder-owner.adapter.ts';
import { objectPath } from '../object-path.ts';
import type { TierSet } from '../tiers/tier-set.ts';
import { asMoveFault, fault, type MoveFault } from './move-errors.ts';
import { giveName, isSameFile, removeName, type SeenFile, seeFile } from './move-file.adapter.ts';
import type { Move, MoveJournal, MoveProgress } from './move-journal.repository.ts';
import type { CopiedFile, MoveMill } from './move-mill.adapter.ts';
import { partName } from './part-name.ts';

/** Thrown within a step: a fault that the step itself has found. */
export class Faulty extends Error {
  readonly fault: MoveFault;
  constructor(found: MoveFault) {
    super(found.message);
    this.fault = found;
  }
}

/** What went wrong in a step. */
export function readFault(reason: unknown, doing: string): MoveFault {
  return reason instanceof Faulty ? reason.fault : asMoveFault(reason, doing);
}

/** The files of a move: its source, and the copy from its first byte to its name. Knows of the journal only which files a move may touch. */
export class MoveCopies {
  readonly #tiers: TierSet;
  readonly #journal: MoveJournal;
  readonly #mill: MoveMill;
  readonly #folders = new Map<string, DurableFolders>();

  constructor(parts: { tiers: TierSet; journal: MoveJournal; mill: MoveMill }) {
    this.#tiers = parts.tiers;
    this.#journal = parts.journal;
    this.#mill = parts.mill;
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

  /** A new file beside the target, hashed while it is read and durable. Throws Faulty and what the mill throws. */
  async make(move: Move): Promise<void> {
    await this.#requireReady(move);
    // The folders become durable with the name: until then nobody relies on them.
    await this.#foldersOf(move.to).make(dirname(this.targetOf(move)));
    await removeName(this.partOf(move));
    const copied = await this.#mill.copy(this.sourceOf(move), this.partOf(move)).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT' && (thrown as { phase?: string }).phase === 'open') throw new Faulty(sourceGone(move));
      throw thrown;
    });
    failpoint('move.written');
    await this.#check(move, copied);
  }

  /** Reads the copy back from the disk, and looks whether the source is still the one that was copied. Throws Faulty and what the mill throws. */
  async verify(move: Move): Promise<MoveProgress> {
    const { sha256, bytes, inode, readBack } = await this.#mill.verify(this.partOf(move)).catch((thrown) => {
      // Its bytes were durable, its name was not: a power cut took that.
      if (thrown.code === 'ENOENT') throw new Faulty(fault('restart', 'STORAGE_COPY_GONE', `The copy on ${move.to} is gone.`));
      throw thrown;
    });
    if (sha256 !== move.sha256 || bytes !== move.bytes)
      throw new Faulty(fault('restart', 'STORAGE_COPY_WRONG', `${move.to} gave back other bytes than were written to it.`));
    await this.#requireSource(move);
    return { targetInode: inode, readBack };
  }

  /** Gives the copy its name; answers the folders to sync before that can be relied on. Throws Faulty. */
  async name(move: Move): Promise<string[]> {
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

  /** The name of the copy is durable, and the folders above it. */
  trust(move: Move): void {
    this.#foldersOf(move.to).trust(dirname(this.targetOf(move)));
  }

  /**
   * Removes the first name of a copy that has its final one, or is gone. A power cut has brought one back that was removed before its folder was
   * synced (seen once, with btrfs). Where that is a second name of the copy, the copy would never be moved again.
   */
  async removeFirstName(move: Move): Promise<boolean> {
    return removeName(this.partOf(move));
  }

  /** Removes what a move has written, by names that the journal gives, and nothing that anybody could read. */
  async remove(move: Move): Promise<void> {
    const place = await this.#journal.placeOf(move);
    const target = this.targetOf(move);
    const final = await seeFile(target);
    const isOurs = final !== undefined && move.targetInode !== null && final.inode === move.targetInode;
    // The row decides: what it points at is never removed here, whatever the journal says.
    if (isOurs && place?.tier !== move.to) await removeName(target);
    await removeName(this.partOf(move));
    // Also where there was nothing to remove: an earlier try may have removed it and failed to make that durable.
    await syncFolder(dirname(target)).catch(ignoreAbsence);
    await this.confirm([move.to]);
  }

  /**
   * Throws STORAGE_TIER_NOT_READY unless the disks of tiers answer, after a sync that said it was done: of two at a time, Linux may tell only one
   * that the disk is gone (seen with ext4 and XFS).
   */
  async confirm(tiers: Iterable<string>): Promise<void> {
    for (const tier of new Set(tiers)) await this.#tiers.requireReadyNow(tier);
  }

  /**
   * Whether what lies at the source's place is the file that was copied: by its times, or, where those have changed and nothing else, by its
   * bytes. A power cut changes times (seen with btrfs).
   */
  async isSource(move: Move, seen: SeenFile): Promise<boolean> {
    if (isSameFile(seen, move.source)) return true;
    if (seen.inode !== move.source.inode || seen.bytes !== move.bytes || !seen.isRegular || seen.links !== 1) return false;
    const { sha256, inode } = await this.#mill.verify(this.sourceOf(move));
    const after = await seeFile(this.sourceOf(move));
    return sha256 === move.sha256 && inode === seen.inode && after !== undefined && isSameFile(after, seen);
  }

  async #check(move: Move, { source, after, sha256 }: CopiedFile): Promise<void> {
    const isSame = isSameFile(source, move.source) && isSameFile(after, move.source) && source.bytes === move.bytes;
    if (!isSame || after.links !== 1)
      throw new Faulty(
        fault('conflict', 'STORAGE_MOVE_OVERTAKEN', 'Somebody changed the file while it was copied; it stays where it is.'),
      );
    if (sha256 !== move.sha256)
      throw new Faulty(fault('damage', 'STORAGE_OBJECT_DAMAGED', `Its bytes on ${move.from} are not those that were stored.`));
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

  #foldersOf(tier: string): DurableFolders {
    const root = this.#tiers.rootOf(tier);
    const known = this.#folders.get(tier) ?? new DurableFolders(root, new FolderOwner(root));
    this.#folders.set(tier, known);
    return known;
  }
}

function ignoreAbsence(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'ENOENT') throw cause;
}

function sourceGone({ from }: Move): MoveFault {
  return fault('conflict', 'STORAGE_OBJECT_MISSING', `Its file is not on ${from} any more.`);
}
