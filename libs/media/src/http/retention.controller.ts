import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { DeletionRequestService } from '../retention/deletion-request.service.ts';
import { HoldService } from '../retention/hold.service.ts';
import { RetentionService } from '../retention/retention.service.ts';
import { checkHolds } from './hold-check.contract.ts';
import {
  addToHold,
  emptyTrash,
  getAssetRetention,
  getTrash,
  listDeletionItems,
  listDeletionRuns,
  listHolds,
  listRetentionPolicies,
  placeHold,
  previewRetention,
  releaseHold,
  runRetention,
  saveRetentionPolicies,
} from './retention.contract.ts';

/** How long things are kept, and what was deleted, over HTTP. */
@Controller()
export class RetentionController {
  constructor(
    @Inject(RetentionService) private readonly retention: RetentionService,
    @Inject(DeletionRequestService) private readonly requests: DeletionRequestService,
  ) {}

  @Route(listRetentionPolicies)
  list(): Promise<AnswerOf<typeof listRetentionPolicies>> {
    return this.retention.list();
  }

  @Route(previewRetention)
  preview(@Input() input: InputOf<typeof previewRetention>): Promise<AnswerOf<typeof previewRetention>> {
    return this.retention.preview(input.body.policies);
  }

  @Route(saveRetentionPolicies)
  save(@Input() input: InputOf<typeof saveRetentionPolicies>): Promise<AnswerOf<typeof saveRetentionPolicies>> {
    return this.retention.save(input.body);
  }

  @Route(listDeletionRuns)
  runs(): Promise<AnswerOf<typeof listDeletionRuns>> {
    return this.requests.listRuns();
  }

  @Route(runRetention)
  run(@Input() input: InputOf<typeof runRetention>): Promise<AnswerOf<typeof runRetention>> {
    return this.requests.run(input.body.digest);
  }

  @Route(listDeletionItems)
  items(@Input() input: InputOf<typeof listDeletionItems>): Promise<AnswerOf<typeof listDeletionItems>> {
    return this.requests.listItems(input.params.id, input.query);
  }

  @Route(emptyTrash)
  empty(@Input() input: InputOf<typeof emptyTrash>): Promise<AnswerOf<typeof emptyTrash>> {
    return this.requests.emptyTrash(input.body.assets);
  }

  @Route(getTrash)
  trash(): Promise<AnswerOf<typeof getTrash>> {
    return this.requests.trash();
  }
}

/** Legal holds over HTTP. */
@Controller()
export class HoldController {
  constructor(@Inject(HoldService) private readonly holds: HoldService) {}

  @Route(listHolds)
  list(): Promise<AnswerOf<typeof listHolds>> {
    return this.holds.list();
  }

  @Route(placeHold)
  place(@Input() input: InputOf<typeof placeHold>): Promise<AnswerOf<typeof placeHold>> {
    return this.holds.place(input.body);
  }

  @Route(checkHolds)
  check(@Input() input: InputOf<typeof checkHolds>): Promise<AnswerOf<typeof checkHolds>> {
    return this.holds.check(input.body.ids);
  }

  @Route(addToHold)
  add(@Input() input: InputOf<typeof addToHold>): Promise<AnswerOf<typeof addToHold>> {
    return this.holds.add(input.params.id, input.body.ids);
  }

  @Route(releaseHold)
  release(@Input() input: InputOf<typeof releaseHold>): Promise<AnswerOf<typeof releaseHold>> {
    return this.holds.release(input.params.id, input.body.reason);
  }

  @Route(getAssetRetention)
  ofAsset(@Input() input: InputOf<typeof getAssetRetention>): Promise<AnswerOf<typeof getAssetRetention>> {
    return this.holds.ofAsset(input.params.id);
  }
}
