import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Route } from '#kernel';
import { SystemService } from '../system.service.ts';
import { getSystem } from './system.contract.ts';

@Controller()
export class SystemController {
  constructor(@Inject(SystemService) private readonly system: SystemService) {}

  @Route(getSystem)
  get(): Promise<AnswerOf<typeof getSystem>> {
    return this.system.describe();
  }
}
