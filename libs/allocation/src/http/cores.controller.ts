import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { CoresService } from '../cores.service.ts';
import { getCoreLoad, getCores, tryCoreBudgets } from './cores.contract.ts';

@Controller()
export class CoresController {
  constructor(@Inject(CoresService) private readonly cores: CoresService) {}

  @Route(getCores)
  describe(): Promise<AnswerOf<typeof getCores>> {
    return this.cores.describe();
  }

  @Route(getCoreLoad)
  load(): Promise<AnswerOf<typeof getCoreLoad>> {
    return this.cores.load();
  }

  @Route(tryCoreBudgets)
  tryBudgets(@Input() input: InputOf<typeof tryCoreBudgets>): Promise<AnswerOf<typeof tryCoreBudgets>> {
    return this.cores.tryBudgets(input.body);
  }
}
