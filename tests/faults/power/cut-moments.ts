import type { Moment, Recording } from './recording.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Fact } from './workload.ts';

/**
 * Chooses moments at which the power goes, in order: at an acknowledgement or a few requests later, where a promise is youngest; just
 * before a flush, when most is under way; and anywhere. Several devices lose power together, so only moments that were seen on all of
 * them will do.
 */
export function chooseMoments(
  { acknowledgements, moments, devices }: Recording,
  flushes: readonly number[],
  count: number,
  random: SeededRandom,
): Moment[] {
  const [first, last] = [moments[0], moments.at(-1)];
  if (!first || !last) throw new Error('Nothing was recorded.');
  const chosen = Array.from({ length: count }, (): Moment => {
    const kind = random.next();
    const isAtPromise = acknowledgements.length > 0 && kind < 0.4;
    if (devices.length > 1) return isAtPromise ? random.pick(acknowledgements).at : random.pick(moments);
    const [start = 0, end = 0] = [first[0], last[0]];
    if (isAtPromise) return [Math.min(end, (random.pick(acknowledgements).at[0] as number) + random.below(3))];
    const flush = random.pick(flushes);
    return [kind < 0.7 && flush > start && flush < end ? flush : start + random.below(end - start + 1)];
  });
  return chosen.sort((a, b) => total(a) - total(b));
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
