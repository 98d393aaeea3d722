import { Injectable } from '@nestjs/common';
import type { BoxSample } from '../http/telemetry.contract.ts';

/** Figures of the cards: asked of their driver, which takes its time, so seldom. */
@Injectable()
export class CardReader {
  async read(): Promise<Pick<BoxSample, 'gpus' | 'gpuProblem'>> {
    return { gpus: [], gpuProblem: 'Nobody asks the driver of cards yet.' };
  }
}
