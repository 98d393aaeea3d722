import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import type { BoxSample } from '../http/telemetry.contract.ts';
import { BoxSampler } from './box-sampler.ts';

/** What the box does now, for whoever may see it. */
@Injectable()
export class TelemetryService {
  constructor(@Inject(BoxSampler) private readonly sampler: BoxSampler) {}

  current(): Promise<BoxSample> {
    requireAccess('box.read');
    return this.sampler.current();
  }
}
