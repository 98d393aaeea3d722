import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { AuditTrail } from '#audit';
import { APPLIANCE, type Sql, TenantDatabase } from '#database';
import { type AnswerOf, HoldfastError, type InputOf } from '#kernel';
import type { Appliance } from '#manifest';
import { safeName } from '../domain/display-name.ts';
import type { getAsset, getAssetText, updateAsset } from '../http/asset.contract.ts';
import { AssetTexts } from '../text/asset-texts.ts';
import { AssetRepository } from './asset.repository.ts';
import { AssetChanges } from './asset-changes.ts';
import { detailOf } from './asset-detail.ts';

/** An id that names no asset of this organisation; whether of another one is not said. */
export function assetNotFound(id: string): HoldfastError {
  return new HoldfastError('MEDIA_ASSET_NOT_FOUND', {
    kind: 'not-found',
    message: `There is no asset ${id}.`,
    action: 'It may never have existed, or belong to somebody else.',
  });
}

/** One asset at a time: everything about it, and what people change of it. */
@Injectable()
export class AssetService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(AssetRepository) private readonly repository: AssetRepository,
    @Inject(AssetTexts) private readonly texts: AssetTexts,
    @Inject(AssetChanges) private readonly changes: AssetChanges,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  /** Throws MEDIA_ASSET_NOT_FOUND. */
  get(id: string): Promise<AnswerOf<typeof getAsset>> {
    requireAccess('asset.read');
    return this.database.run((sql) => this.read(sql, id));
  }

  /** Text found in an asset. Throws MEDIA_ASSET_NOT_FOUND, MEDIA_TEXT_DAMAGED, and KEYS_* where it cannot be opened now. */
  async text(id: string): Promise<AnswerOf<typeof getAssetText>> {
    requireAccess('asset.read');
    const found = await this.texts.read(id);
    if (found.length === 0 && !(await this.database.run((sql) => this.repository.find(sql, id)))) throw assetNotFound(id);
    return { segments: found.map(({ assetId: _assetId, error: _error, ...segment }) => segment) };
  }

  /** Changes what people say about an asset; values that are the same already are no change. Throws MEDIA_ASSET_NOT_FOUND. */
  update(id: string, wanted: InputOf<typeof updateAsset>['body']): Promise<AnswerOf<typeof updateAsset>> {
    requireAccess('asset.update');
    return this.database.run(async (sql) => {
      const before = await this.repository.lock(sql, id);
      if (!before) throw assetNotFound(id);
      const { maxNameLength } = this.appliance.ingest;
      const name = wanted.name === undefined ? undefined : safeName(wanted.name, maxNameLength).name;
      const edit = Object.entries({ ...wanted, name }).filter(
        ([key, value]) => value !== undefined && value !== before[key as keyof typeof before],
      );
      if (edit.length > 0) {
        await this.repository.edit(sql, id, Object.fromEntries(edit));
        await this.changes.touch(sql, [id]);
        const detail = Object.fromEntries(
          edit.map(([key, to]) => [key, { from: before[key as keyof typeof before] ?? null, to: to ?? null }]),
        );
        await this.audit.record(sql, { action: 'asset.updated', target: { kind: 'asset', id }, detail });
      }
      return this.read(sql, id);
    });
  }

  /** Puts assets into the trash; answers how many were not there yet. */
  trash(ids: string[]): Promise<number> {
    return this.setTrashed(ids, true);
  }

  /** Takes assets out of the trash; answers how many were in it. */
  restore(ids: string[]): Promise<number> {
    return this.setTrashed(ids, false);
  }

  private setTrashed(ids: string[], trashed: boolean): Promise<number> {
    requireAccess('asset.delete');
    return this.database.run(async (sql) => {
      const changed = await this.repository.setTrashed(sql, ids, trashed);
      if (changed.length === 0) return 0;
      await this.changes.touch(sql, changed);
      await this.audit.record(sql, {
        action: trashed ? 'asset.trashed' : 'asset.restored',
        target: { kind: 'asset', id: changed.length === 1 ? String(changed[0]) : 'several' },
        detail: { ids: changed },
      });
      return changed.length;
    });
  }

  private async read(sql: Sql, id: string): Promise<AnswerOf<typeof getAsset>> {
    const asset = await this.repository.find(sql, id);
    if (!asset) throw assetNotFound(id);
    return detailOf(asset, {
      origins: await this.repository.origins(sql, id),
      tags: await this.repository.tags(sql, id),
      collections: await this.repository.collections(sql, id),
      renditions: await this.repository.renditions(sql, id),
      segments: await this.repository.segments(sql, id),
      ledger: await this.repository.ledger(sql, id),
      nearDuplicates: await this.repository.nearDuplicates(sql, id),
    });
  }
}
