import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { HistoryService } from '../history/history.service.ts';
import { SliceLoadService } from '../load/slice-load.service.ts';
import { TelemetryService } from '../sampling/telemetry.service.ts';
import { getTelemetryHistory } from './history.contract.ts';
import { getSliceLoad, getTelemetry } from './telemetry.contract.ts';

@Controller()
export class TelemetryController {
  constructor(
    @Inject(TelemetryService) private readonly telemetry: TelemetryService,
    @Inject(SliceLoadService) private readonly load: SliceLoadService,
    @Inject(HistoryService) private readonly history: HistoryService,
  ) {}

  @Route(getTelemetry)
  get(): Promise<AnswerOf<typeof getTelemetry>> {
    return this.telemetry.current();
  }

  @Route(getTelemetryHistory)
  getHistory(@Input() { query }: InputOf<typeof getTelemetryHistory>): Promise<AnswerOf<typeof getTelemetryHistory>> {
    return this.history.read(query);
  }

  @Route(getSliceLoad)
  getLoad(@Input() { query }: InputOf<typeof getSliceLoad>): Promise<AnswerOf<typeof getSliceLoad>> {
    return this.load.loadOfSlices(new Date(query.from), query.to ? new Date(query.to) : new Date(), query.step);
  }
}
