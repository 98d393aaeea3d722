import { Inject, Injectable } from '@nestjs/common';
import type { Sql } from '#database';
import { HoldfastError } from '#kernel';
import { EventPublisher } from '#queue';
import { type DisposalReason, FileDisposal } from '#storage';
import { assetsRemoved } from '../http/asset-events.contract.ts';
import { ObjectReferenceRepository } from '../objects/object-reference.repository.ts';
import { type RemovableAsset, RemovalRepository } from './removal.repository.ts';

/** What was removed. */
export interface Removed {
  assets: number;
  /** Objects that nothing else names, and their bytes on the disk. */
  objects: number;
  bytes: number;
}

/** More removed assets than this are not told one by one: whoever shows so many asks for the list again. */
const mostTold = 1000;

/** Removes assets for good: the one place where that is done, whether they are erased, have outlived their time or leave the trash. */
@Injectable()
export class AssetRemoval {
  constructor(
    @Inject(RemovalRepository) private readonly repository: RemovalRepository,
    @Inject(ObjectReferenceRepository) private readonly references: ObjectReferenceRepository,
    @Inject(FileDisposal) private readonly disposal: FileDisposal,
    @Inject(EventPublisher) private readonly events: EventPublisher,
  ) {}

  /**
   * Removes those of the assets that are there, in the running transaction: everything that hangs on them, the rows of objects that nothing else names, and a
   * note for each of their files, which go after the commit. Throws ASSET_HELD, and then removes none.
   */
  async remove(sql: Sql, ids: readonly string[], reason: DisposalReason): Promise<Removed> {
    const assets = await this.repository.lock(sql, ids);
    const held = assets.filter(({ isHeld }) => isHeld);
    if (held.length > 0) throw assetsHeld(held);
    const found = assets.map(({ id }) => id);
    const objects = await this.repository.objectsOf(sql, found);
    const removed = await this.repository.remove(sql, found);
    const files = await this.references.forgetUnnamed(sql, objects);
    await this.disposal.note(sql, files, reason);
    if (removed > 0) this.events.publish(assetsRemoved, { ids: found.slice(0, mostTold), count: removed });
    return { assets: removed, objects: files.length, bytes: files.reduce((sum, { fileBytes }) => sum + fileBytes, 0) };
  }
}

function assetsHeld(held: readonly RemovableAsset[]): HoldfastError {
  const [first] = held;
  return new HoldfastError('ASSET_HELD', {
    kind: 'locked',
    message: `${held.length === 1 ? `“${first?.name}” is` : `${held.length} assets are`} under a legal hold and cannot be deleted.`,
    action: 'Have the hold released first.',
    values: { assetIds: held.slice(0, 100).map(({ id }) => id), count: held.length },
  });
}
