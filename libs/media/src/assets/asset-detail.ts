import type { AnswerOf } from '#kernel';
import type { getAsset } from '../http/asset.contract.ts';
import type { DetailRow, LedgerRow, NearRow, OriginRow } from './asset.repository.ts';
import { tileOf } from './asset-tile.ts';

type Detail = AnswerOf<typeof getAsset>;

/** What hangs on an asset. */
export interface DetailParts extends Pick<Detail, 'tags' | 'collections' | 'renditions' | 'segments'> {
  origins: OriginRow[];
  ledger: LedgerRow[];
  nearDuplicates: NearRow[];
}

const iso = (time: Date | null) => time?.toISOString() ?? null;

/** Everything about an asset as the API tells it. */
export function detailOf(row: DetailRow, parts: DetailParts): Detail {
  const { thumbhash: _thumbhash, pictures: _pictures, shownAt: _shownAt, ...facts } = row;
  return {
    ...facts,
    ...tileOf(row),
    addedAt: row.addedAt.toISOString(),
    capturedAt: iso(row.capturedAt),
    trashedAt: iso(row.trashedAt),
    ...parts,
    origins: parts.origins.map((origin) => ({ ...origin, arrivedAt: origin.arrivedAt.toISOString() })),
    ledger: parts.ledger.map((step) => ({
      ...step,
      queuedAt: iso(step.queuedAt),
      startedAt: iso(step.startedAt),
      finishedAt: iso(step.finishedAt),
    })),
    nearDuplicates: parts.nearDuplicates.map((near) => ({ ...tileOf(near), distance: near.distance })),
  };
}
