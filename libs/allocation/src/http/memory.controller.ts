import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Route } from '#kernel';
import { MemoryService } from '../memory/memory.service.ts';
import { getMemory } from './memory.contract.ts';

@Controller()
export class MemoryController {
  constructor(@Inject(MemoryService) private readonly memory: MemoryService) {}

  @Route(getMemory)
  describe(): Promise<AnswerOf<typeof getMemory>> {
    return this.memory.describe();
  }
}
