import { Injectable } from '@nestjs/common';
import { type GpuReading, readGpus } from '#allocation';
import type { BoxSample } from '../http/telemetry.contract.ts';

/** The driver takes its time to answer, and the longer the more cards there are. */
const freshMs = 5000;
/** Where there is no card, none comes by itself. */
const absentMs = 60_000;

type Cards = Pick<BoxSample, 'gpus' | 'gpuProblem'>;

/** Figures of the cards, asked of their driver now and then: a sample takes what is known and waits for nothing. */
@Injectable()
export class CardReader {
  private known: Cards = { gpus: [], gpuProblem: 'The cards have not been asked yet.' };
  private staleAtMs = 0;
  private asking: Promise<void> | undefined;

  read(): Cards {
    if (performance.now() >= this.staleAtMs) this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.known;
  }

  private async ask(): Promise<void> {
    const reading = await readGpus();
    this.known = cardsOf(reading);
    this.staleAtMs = performance.now() + (reading.cards.length > 0 ? freshMs : absentMs);
  }
}

function cardsOf({ cards, problem }: GpuReading): Cards {
  // Of a card that only the driver's list tells of there is nothing to measure.
  const measured = cards.flatMap(({ memoryMb, ...card }) => (memoryMb === null ? [] : [{ memoryMb, ...card }]));
  const gpus = measured.map((card) => ({
    uuid: card.uuid,
    name: card.name,
    busyPercent: card.utilisationPercent,
    memoryBytes: card.memoryMb * 1_048_576,
    memoryUsedBytes: card.usedMb === null ? null : card.usedMb * 1_048_576,
    temperatureCelsius: card.temperatureCelsius,
    powerWatts: card.powerWatts,
  }));
  return { gpus, gpuProblem: problem };
}
