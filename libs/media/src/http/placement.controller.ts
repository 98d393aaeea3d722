import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { type AssetPlacement, AssetPlacementService } from '../placement/asset-placement.service.ts';
import { explainAsset, pinAsset } from './placement.contract.ts';

/** Where assets lie, over HTTP. */
@Controller()
export class PlacementController {
  constructor(@Inject(AssetPlacementService) private readonly placements: AssetPlacementService) {}

  @Route(explainAsset)
  async explain(@Input() input: InputOf<typeof explainAsset>): Promise<AnswerOf<typeof explainAsset>> {
    return asAnswer(await this.placements.explain(input.params.id));
  }

  @Route(pinAsset)
  async pin(@Input() input: InputOf<typeof pinAsset>): Promise<AnswerOf<typeof pinAsset>> {
    const { renditions, ...wishes } = input.body;
    return asAnswer(await this.placements.wish(input.params.id, wishes, { renditions }));
  }
}

function asAnswer({ original, ...rest }: AssetPlacement): AnswerOf<typeof explainAsset> {
  const { objectId, tier, bytes, pinnedTier, neverMove, held, damage } = original;
  return { ...rest, original: { objectId, tier, bytes, pinnedTier, neverMove, held, damage } };
}
