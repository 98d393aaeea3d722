import type { GpuCardSettings, GpuShareSettings } from '#manifest';

/** A share with the place of its card among those that are declared. */
export type PlacedShare = GpuShareSettings & { card: number };

/** All shares of cards, in order. */
export function placedShares(cards: readonly GpuCardSettings[]): PlacedShare[] {
  return cards.flatMap(({ shares }, card) => shares.map((share) => ({ card, ...share })));
}

/** The cards with those shares and no others; shares of a card that is not declared are left out. */
export function withShares(cards: readonly GpuCardSettings[], placed: readonly PlacedShare[]): GpuCardSettings[] {
  return cards.map((settings, place) => ({
    ...settings,
    shares: placed
      .filter(({ card }) => card === place)
      .map(({ workload, ceilingPercent, memoryMb, processes, encoderSessions }) => ({
        ...{ workload, ceilingPercent, memoryMb, processes, encoderSessions },
      })),
  }));
}
