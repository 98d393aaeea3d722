import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { SliceLoadService } from '../load/slice-load.service.ts';
import { TelemetryService } from '../sampling/telemetry.service.ts';
import { getSliceLoad, getTelemetry } from './telemetry.contract.ts';

@Controller()
export class TelemetryController {
  constructor(
    @Inject(TelemetryService) private readonly telemetry: TelemetryService,
    @Inject(SliceLoadService) private readonly load: SliceLoadService,
  ) {}

  @Route(getTelemetry)
  get(): Promise<AnswerOf<typeof getTelemetry>> {
    return this.telemetry.current();
  }

  @Route(getSliceLoad)
  getLoad(@Input() { query }: InputOf<typeof getSliceLoad>): Promise<AnswerOf<typeof getSliceLoad>> {
    return this.load.loadOfSlices(new Date(query.from), query.to ? new Date(query.to) : new Date(), query.step);
  }
}
