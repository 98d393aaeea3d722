import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { MoveListService } from '../mover/move-list.service.ts';
import { MoverRequestService } from '../mover/mover-request.service.ts';
import { PlacementService } from '../mover/placement.service.ts';
import { PlacementWishService } from '../mover/placement-wish.service.ts';
import { TierOverviewService } from '../tiers/tier-overview.service.ts';
import {
  explainObject,
  forecastTiers,
  listAges,
  listFlows,
  listMoverRuns,
  listMoves,
  listStorageProblems,
  listTiers,
  pinObject,
  planMoves,
  runMoves,
} from './storage.contract.ts';

@Controller()
export class StorageController {
  constructor(
    @Inject(TierOverviewService) private readonly tiers: TierOverviewService,
    @Inject(MoverRequestService) private readonly mover: MoverRequestService,
    @Inject(MoveListService) private readonly moveList: MoveListService,
    @Inject(PlacementService) private readonly placements: PlacementService,
    @Inject(PlacementWishService) private readonly wishes: PlacementWishService,
  ) {}

  @Route(listTiers)
  list(): Promise<AnswerOf<typeof listTiers>> {
    return this.tiers.list();
  }

  @Route(forecastTiers)
  forecast(): Promise<AnswerOf<typeof forecastTiers>> {
    return this.tiers.forecast();
  }

  @Route(listAges)
  ages(): Promise<AnswerOf<typeof listAges>> {
    return this.tiers.ages();
  }

  @Route(listFlows)
  flows(): Promise<AnswerOf<typeof listFlows>> {
    return this.tiers.flows();
  }

  @Route(listStorageProblems)
  problems(): Promise<AnswerOf<typeof listStorageProblems>> {
    return this.tiers.problems();
  }

  @Route(planMoves)
  plan(@Input() input: InputOf<typeof planMoves>): Promise<AnswerOf<typeof planMoves>> {
    return this.mover.plan(input.query);
  }

  @Route(runMoves)
  run(@Input() input: InputOf<typeof runMoves>): Promise<AnswerOf<typeof runMoves>> {
    return this.mover.run(input.body.digest);
  }

  @Route(listMoverRuns)
  runs(): Promise<AnswerOf<typeof listMoverRuns>> {
    return this.mover.listRuns();
  }

  @Route(listMoves)
  moves(@Input() input: InputOf<typeof listMoves>): Promise<AnswerOf<typeof listMoves>> {
    return this.moveList.list(input.query);
  }

  @Route(explainObject)
  explain(@Input() input: InputOf<typeof explainObject>): Promise<AnswerOf<typeof explainObject>> {
    return this.placements.explain(input.params.objectId);
  }

  @Route(pinObject)
  async pin(@Input() input: InputOf<typeof pinObject>): Promise<AnswerOf<typeof pinObject>> {
    await this.wishes.wish([input.params.objectId], input.body);
    return this.placements.explain(input.params.objectId);
  }
}
