import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Route } from '#kernel';
import { HardwareService } from '../hardware/hardware.service.ts';
import { getHardware } from './hardware.contract.ts';

@Controller()
export class HardwareController {
  constructor(@Inject(HardwareService) private readonly hardware: HardwareService) {}

  @Route(getHardware)
  get(): Promise<AnswerOf<typeof getHardware>> {
    return this.hardware.read();
  }
}
