import { Inject, Injectable } from '@nestjs/common';
import { TenantDatabase } from '#database';
import { type Erasable, Erasables, type Tombstone } from '#keys';
import { FileDisposal } from '#storage';
import { ObjectReferenceRepository } from '../objects/object-reference.repository.ts';
import { AssetRemoval } from '../removal/asset-removal.ts';
import { SealedTextRepository } from '../text/sealed-text.repository.ts';
import { ErasedAssetsRepository } from './erased-assets.repository.ts';

const batchSize = 100;

/** Removes what a tombstone is about: at first, and again after a restore brought it back. In every process that applies tombstones. */
@Injectable()
export class ErasedAssets implements Erasable {
  readonly name = 'assets';

  constructor(
    @Inject(Erasables) erasables: Erasables,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(ErasedAssetsRepository) private readonly repository: ErasedAssetsRepository,
    @Inject(SealedTextRepository) private readonly texts: SealedTextRepository,
    @Inject(AssetRemoval) private readonly removal: AssetRemoval,
    @Inject(ObjectReferenceRepository) private readonly references: ObjectReferenceRepository,
    @Inject(FileDisposal) private readonly disposal: FileDisposal,
  ) {
    erasables.register(this);
  }

  async eraseAgain({ act, keyId, objectIds }: Tombstone): Promise<void> {
    for (let removed = batchSize; removed === batchSize; )
      removed = await this.database.run(async (sql) => {
        const found =
          act === 'key-destroyed' && keyId !== null
            ? await this.repository.underKey(sql, keyId, batchSize)
            : await this.repository.ofObjects(sql, objectIds, batchSize);
        if (found.length > 0)
          await this.removal.remove(
            sql,
            found.map(({ id }) => id),
            'erased',
          );
        return found.length;
      });
    await this.database.run(async (sql) => {
      if (keyId !== null) return this.repository.markUnreadable(sql, keyId);
      // Texts and renditions of what stays, and objects that nothing named.
      await this.texts.forget(sql, objectIds);
      const hashes = await this.repository.hashesOf(sql, objectIds);
      await this.disposal.note(sql, await this.references.forgetUnnamed(sql, hashes), 'erased');
    });
  }
}
