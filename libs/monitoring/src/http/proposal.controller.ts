import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Route } from '#kernel';
import { ProposalService } from '../load/proposal.service.ts';
import { getCoreProposal } from './proposal.contract.ts';

@Controller()
export class ProposalController {
  constructor(@Inject(ProposalService) private readonly proposals: ProposalService) {}

  @Route(getCoreProposal)
  propose(): Promise<AnswerOf<typeof getCoreProposal>> {
    return this.proposals.propose();
  }
}
