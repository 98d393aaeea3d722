import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { type Sql, TenantDatabase } from '#database';
import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import { EventPublisher } from '#queue';
import { AssetChanges } from '../assets/asset-changes.ts';
import {
  type changeCollectionAssets,
  collectionChanged,
  type createCollection,
  type getCollection,
  type updateCollection,
} from '../http/organise.contract.ts';
import { CollectionRepository, type CollectionRow } from './collection.repository.ts';

type Collection = AnswerOf<typeof getCollection>;

/** Collections: assets that people have put together. */
@Injectable()
export class CollectionService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(CollectionRepository) private readonly repository: CollectionRepository,
    @Inject(AssetChanges) private readonly changes: AssetChanges,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(EventPublisher) private readonly events: EventPublisher,
  ) {}

  async list(): Promise<Collection[]> {
    requireAccess('collection.read');
    return (await this.database.run((sql) => this.repository.list(sql))).map(answerOf);
  }

  /** Throws COLLECTION_NOT_FOUND. */
  get(id: string): Promise<Collection> {
    requireAccess('collection.read');
    return this.database.run(async (sql) => answerOf(await this.require(sql, id)));
  }

  create({ name, description, assetIds }: InputOf<typeof createCollection>['body']): Promise<Collection> {
    requireAccess('collection.update');
    return this.database.run(async (sql) => {
      const id = await this.repository.add(sql, name, description);
      const added = await this.repository.put(sql, id, assetIds);
      await this.changes.touch(sql, added);
      await this.record(sql, 'collection.created', id, { name, assetIds: added });
      return answerOf(await this.require(sql, id));
    });
  }

  /** Throws COLLECTION_NOT_FOUND. */
  update(id: string, wanted: InputOf<typeof updateCollection>['body']): Promise<Collection> {
    requireAccess('collection.update');
    return this.database.run(async (sql) => {
      const { name, description } = await this.require(sql, id);
      const described = { name: wanted.name ?? name, description: wanted.description ?? description };
      if (described.name !== name || described.description !== description) {
        await this.repository.describe(sql, id, described);
        await this.record(sql, 'collection.updated', id, { from: { name, description }, to: described });
      }
      return answerOf(await this.require(sql, id));
    });
  }

  /** Throws COLLECTION_NOT_FOUND. */
  remove(id: string): Promise<void> {
    requireAccess('collection.update');
    return this.database.run(async (sql) => {
      const { name } = await this.require(sql, id);
      const assetIds = await this.repository.remove(sql, id);
      await this.changes.touch(sql, assetIds);
      await this.record(sql, 'collection.deleted', id, { name, assets: assetIds.length });
    });
  }

  /** Puts assets in or takes them out; answers how many that concerned. Throws COLLECTION_NOT_FOUND. */
  change(id: string, { ids, action }: InputOf<typeof changeCollectionAssets>['body']): Promise<number> {
    requireAccess('collection.update');
    return this.database.run(async (sql) => {
      await this.require(sql, id);
      const changed = await (action === 'add' ? this.repository.put(sql, id, ids) : this.repository.take(sql, id, ids));
      if (changed.length === 0) return 0;
      await this.repository.noteChange(sql, id);
      await this.changes.touch(sql, changed);
      const did = action === 'add' ? 'collection.assets-added' : 'collection.assets-removed';
      await this.record(sql, did, id, { assetIds: changed });
      return changed.length;
    });
  }

  private async require(sql: Sql, id: string): Promise<CollectionRow> {
    const collection = await this.repository.find(sql, id);
    if (collection) return collection;
    throw new HoldfastError('COLLECTION_NOT_FOUND', { kind: 'not-found', message: `There is no collection ${id}.` });
  }

  /** Writes the change into the audit and tells browsers after the commit. */
  private record(sql: Sql, action: string, id: string, detail: Record<string, unknown>): Promise<void> {
    this.events.publish(collectionChanged, { id });
    return this.audit.record(sql, { action, target: { kind: 'collection', id }, detail });
  }
}

function answerOf({ createdAt, updatedAt, ...collection }: CollectionRow): Collection {
  return { ...collection, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
