import { Inject, Injectable } from '@nestjs/common';
import { SystemDatabase, TenantDatabase } from '#database';
import { asHoldfastError } from '#kernel';
import { ObjectStore } from '#storage';
import { loggerFor } from '#telemetry';
import { keysAreAway } from '../text/text-errors.ts';
import { type PlainObject, PlainObjectRepository } from './plain-object.repository.ts';
import { SealingFromBefore } from './sealing-from-before.ts';

const logger = loggerFor('objects');
const batchSize = 100;

/** Seals what was stored before files were sealed: once, in the background, in worker processes. Killed in between, it goes on with the rest at the next start. */
@Injectable()
export class PlainObjectSealer extends SealingFromBefore {
  protected readonly subject = 'objects';

  constructor(
    @Inject(SystemDatabase) protected readonly system: SystemDatabase,
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(PlainObjectRepository) private readonly repository: PlainObjectRepository,
    @Inject(ObjectStore) private readonly store: ObjectStore,
  ) {
    super();
  }

  protected async sealOrganisation(): Promise<number> {
    let [sealed, after] = [0, ''];
    for (;;) {
      const batch = await this.database.run((sql) => this.repository.next(sql, after, batchSize));
      for (const object of batch) {
        if (this.stopping.signal.aborted) return sealed;
        if (await this.sealOne(object)) sealed += 1;
      }
      const last = batch.length === batchSize ? batch.at(-1) : undefined;
      if (!last) return sealed;
      after = last.sha256;
    }
  }

  /** Stores the same bytes again: the sealed file takes the plain one's place, which goes a moment later. */
  private async sealOne({ sha256, class: objectClass, addedBy }: PlainObject): Promise<boolean> {
    const owner = addedBy === null ? { kind: 'organisation' as const } : { kind: 'person' as const, id: addedBy };
    try {
      await this.store.put(await this.store.open(sha256), { class: objectClass, owner, expectedSha256: sha256 });
      return true;
    } catch (thrown) {
      const error = asHoldfastError(thrown);
      if (keysAreAway(error)) throw error;
      logger.warn({ err: error, sha256 }, 'An object from before could not be sealed');
      return false;
    }
  }
}
