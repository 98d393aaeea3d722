import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { TenantDatabase } from '#database';
import type { AnswerOf, InputOf } from '#kernel';
import { decodeCursor, encodeCursor } from '../domain/asset-cursor.ts';
import type { getTimeline, listAssets } from '../http/asset.contract.ts';
import type { AssetFilter } from './asset-filter.ts';
import { AssetListRepository } from './asset-list.repository.ts';
import { tileOf } from './asset-tile.ts';

/** The library as a list. */
@Injectable()
export class AssetListService {
  constructor(
    @Inject(TenantDatabase) private readonly database: TenantDatabase,
    @Inject(AssetListRepository) private readonly repository: AssetListRepository,
  ) {}

  /** A page, newest first. Throws CURSOR_INVALID. */
  async list(query: InputOf<typeof listAssets>['query']): Promise<AnswerOf<typeof listAssets>> {
    requireAccess('asset.read');
    const { cursor, before, skip, limit, ...filter } = query;
    const from = { after: cursor === undefined ? undefined : decodeCursor(cursor), before, skip };
    const rows = await this.database.run((sql) => this.repository.page(sql, filter, from, limit + 1));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const hasMore = rows.length > limit && last !== undefined;
    return { items: page.map(tileOf), nextCursor: hasMore ? encodeCursor({ shownAt: last.position, id: last.id }) : null };
  }

  /** How many assets each month holds, newest first. */
  async timeline(filter: AssetFilter): Promise<AnswerOf<typeof getTimeline>> {
    requireAccess('asset.read');
    const months = await this.database.run((sql) => this.repository.months(sql, filter));
    return { total: months.reduce((sum, { count }) => sum + count, 0), months };
  }
}
