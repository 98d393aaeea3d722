import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import { CoresService } from '#cores-http';
import { type AnswerOf, systemClock } from '#kernel';
import type { getCoreProposal } from '../http/proposal.contract.ts';
import { measuredLoad } from './measured-load.ts';
import { SliceLoadRepository } from './slice-load.repository.ts';

type Answer = AnswerOf<typeof getCoreProposal>;

/** Five weeks of minutes change little within that. */
const lastsMs = 600_000;

/** What the measured load suggests for the budgets of cores. */
@Injectable()
export class ProposalService {
  private known: { atMs: number; answer: Promise<Answer> } | undefined;

  constructor(
    @Inject(SliceLoadRepository) private readonly repository: SliceLoadRepository,
    @Inject(CoresService) private readonly cores: CoresService,
  ) {}

  /** Throws CORES_NOTHING_DECLARED. */
  propose(): Promise<Answer> {
    requireAccess('box.read');
    const now = systemClock.now();
    if (this.known && now.getTime() - this.known.atMs < lastsMs) return this.known.answer;
    const answer = this.reckon(now);
    this.known = { atMs: now.getTime(), answer };
    answer.catch(() => this.forget());
    return answer;
  }

  /** The next question is measured anew. */
  forget(): void {
    this.known = undefined;
  }

  private async reckon(now: Date): Promise<Answer> {
    const found = await this.cores.propose(await measuredLoad(this.repository, now));
    const shared = { measuredAt: now.toISOString(), evidence: found.evidence };
    if (found.kind === 'none') return { ...shared, proposal: null, nothing: { code: found.code, message: found.message } };
    const { changes, threads, effect, isHeldOut, plan } = found;
    return { ...shared, nothing: null, proposal: { changes, threads, effect, isHeldOut, planId: plan.planId } };
  }
}
