import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Route } from '#kernel';
import { GpuService } from '../gpu/gpu.service.ts';
import { getGpu } from './gpu.contract.ts';

@Controller()
export class GpuController {
  constructor(@Inject(GpuService) private readonly gpus: GpuService) {}

  @Route(getGpu)
  describe(): Promise<AnswerOf<typeof getGpu>> {
    return this.gpus.describe();
  }
}
