import type { Moment, Recording } from './recording.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Fact } from './workload.ts';

/** Where the power goes: at a promise or just after it, where it is youngest; before a flush, when most is under way; anywhere. */
const [promiseShare, flushShare] = [0.4, 0.3];
/** A control is there to be caught, so nearly all of its cuts are at promises. */
const controlShare = 0.95;
/** Few cuts come before anything was promised: there is little to lose. */
const earlyShare = 0.05;

/**
 * Chooses moments at which the power goes, in order. Several devices lose it together, so of those only moments that were seen on all
 * of them will do. A control is only cut once something was promised.
 */
export function chooseMoments(
  recording: Recording,
  flushes: readonly number[],
  count: number,
  isControl: boolean,
  random: SeededRandom,
): Moment[] {
  const { acknowledgements, devices } = recording;
  const moments = Array.from({ length: count }, () => {
    const isEarly = !isControl && random.next() < earlyShare;
    const from = isEarly ? recording.moments[0] : acknowledgements[0]?.at;
    if (!from) throw new Error('Nothing was promised in the recording.');
    if (random.next() < (isControl ? controlShare : promiseShare)) return atPromise(recording, random);
    if (devices.length === 1) return inOneLog(from[0] as number, recording, flushes, random);
    return random.pick(recording.moments.filter((moment) => total(moment) >= total(from)));
  });
  return moments.sort((a, b) => total(a) - total(b));
}

function atPromise({ acknowledgements, moments, devices }: Recording, random: SeededRandom): Moment {
  const { at } = random.pick(acknowledgements);
  if (devices.length > 1) return at;
  return [Math.min(moments.at(-1)?.[0] as number, (at[0] as number) + random.below(3))];
}

function inOneLog(from: number, { moments }: Recording, flushes: readonly number[], random: SeededRandom): Moment {
  const end = moments.at(-1)?.[0] as number;
  const within = flushes.filter((flush) => flush >= from && flush <= end);
  const isAtFlush = within.length > 0 && random.next() < flushShare / (1 - promiseShare);
  return [isAtFlush ? random.pick(within) : from + random.below(end - from + 1)];
}

/** What had been promised by a moment. */
export function factsAt({ acknowledgements }: Recording, moment: Moment): Fact[] {
  return acknowledgements
    .filter(({ at }) => at.every((count, device) => count <= (moment[device] as number)))
    .map(({ fact }) => fact);
}

function total(moment: Moment): number {
  return moment.reduce((sum, count) => sum + count, 0);
}
