import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { HoldfastError, isId } from '#kernel';
import { type ObjectExplanation, PlacementService, type PlacementWishes, PlacementWishService } from '#storage';
import { assetNotFound } from '../assets/asset.service.ts';
import { type AssetObjects, AssetPlacementRepository, type RenditionPlace } from './asset-placement.repository.ts';

/** Where the objects of an asset lie; of the original with all reasons. */
export interface AssetPlacement {
  assetId: string;
  name: string;
  original: ObjectExplanation;
  renditions: RenditionPlace[];
}

/** Where the bytes of an asset lie and why, and what people wish about that. */
@Injectable()
export class AssetPlacementService {
  constructor(
    @Inject(AssetPlacementRepository) private readonly assets: AssetPlacementRepository,
    @Inject(PlacementService) private readonly placements: PlacementService,
    @Inject(PlacementWishService) private readonly wishes: PlacementWishService,
  ) {}

  /** By id of the asset or SHA-256 of its original. Throws MEDIA_ASSET_NOT_FOUND or MEDIA_ASSET_NAME_INVALID. */
  async explain(asset: string): Promise<AssetPlacement> {
    requireAccess('storage.read');
    const { assetId, name, originalId } = await this.find(asset);
    const [original, renditions] = await Promise.all([
      this.placements.explain(originalId),
      this.assets.renditionPlaces(assetId),
    ]);
    return { assetId, name, original, renditions };
  }

  /** Writes wishes down for the original, and for what was made of it where asked. */
  async wish(asset: string, wishes: PlacementWishes, options: { renditions: boolean }): Promise<AssetPlacement> {
    requireAccess('storage.update');
    const { assetId, originalId, renditionIds } = await this.find(asset);
    await this.wishes.wish([originalId, ...(options.renditions ? renditionIds : [])], wishes);
    return this.explain(assetId);
  }

  private async find(asset: string): Promise<AssetObjects> {
    if (!isId(asset) && !/^[0-9a-f]{64}$/.test(asset))
      throw new HoldfastError('MEDIA_ASSET_NAME_INVALID', {
        kind: 'invalid',
        message: `${asset} is neither the id of an asset nor the SHA-256 of an original.`,
        action: '`./holdfast media list` shows the ids.',
        values: { asset },
      });
    const found = await this.assets.find(asset);
    if (!found) throw assetNotFound(asset);
    return found;
  }
}
