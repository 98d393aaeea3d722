import type { System } from '../api/types.ts';
import { formatMoment } from '../lib/format.ts';

type Keys = System['keys'];

/** What a state of the keys means for everybody, in a sentence or two; undefined where all is well. */
export interface KeyNotice {
  tone: 'warn' | 'bad';
  state: string;
  means: string;
}

/** The notice for administrators while keys are not READY. */
export function keyNotice({ state, readableUntil }: Pick<Keys, 'state' | 'readableUntil'>): KeyNotice | undefined {
  switch (state) {
    case 'READY':
      return undefined;
    case 'DEGRADED':
      return {
        tone: 'warn',
        state: 'The keys are degraded',
        means: `Nothing new is stored. What was opened before can be read${readableUntil ? ` until ${formatMoment(readableUntil)}` : ' for a while'}.`,
      };
    case 'UNSEALING':
      return {
        tone: 'warn',
        state: 'The keys are being unsealed',
        means: 'Media can be read and stored again once that is done.',
      };
    case 'SEALED':
      return {
        tone: 'bad',
        state: 'The keys are sealed',
        means: 'No media can be read or stored. Nothing is lost; what waits is done when they are unsealed.',
      };
  }
}
