import type { DeclaredGpu, Gpu, GpuCard } from '../api/types.ts';

/** A card with the shares that the manifest declares of it; one of the two may be missing. */
export interface SharedCard {
  key: string;
  card: GpuCard | undefined;
  declared: DeclaredGpu | undefined;
}

/** Cards in the machine with their shares, then what is declared of cards that are not there. */
export function sharedCards({ cards, declared }: Pick<Gpu, 'cards' | 'declared'>): SharedCard[] {
  const there = cards.map((card) => ({
    key: card.uuid,
    card,
    declared: declared.find(({ cardIndex }) => cardIndex === card.index),
  }));
  const away = declared.filter(({ cardIndex }) => !cards.some(({ index }) => index === cardIndex));
  return [...there, ...away.map((one) => ({ key: `declared ${one.card}`, card: undefined, declared: one }))];
}

/** A part of a card's memory as it is shared out. */
export interface CardPart {
  id: string;
  kind: 'share' | 'reserve' | 'rest';
  mb: number;
}

/** The memory of a card by share; what is over is nobody's. More than there is ends with the last share. */
export function cardParts(memoryMb: number, declared: DeclaredGpu | undefined): CardPart[] {
  if (!declared) return [{ id: 'nobody', kind: 'rest', mb: memoryMb }];
  const shares = declared.shares.map(({ workload, memoryMb: mb }) => ({ id: workload, kind: 'share' as const, mb }));
  const rest = memoryMb - declared.reserveMb - shares.reduce((sum, { mb }) => sum + mb, 0);
  const parts: CardPart[] = [
    ...shares,
    { id: 'reserve', kind: 'reserve', mb: declared.reserveMb },
    { id: 'nobody', kind: 'rest', mb: rest },
  ];
  return parts.filter(({ mb }) => mb > 0);
}

/** Films that are encoded at a time: how many are shared out, run now, and can be at all. */
export function encoderBudget(card: GpuCard | undefined, declared: DeclaredGpu | undefined) {
  const shared = (declared?.shares ?? []).reduce((sum, { encoderSessions }) => sum + encoderSessions, 0);
  return { shared, running: card?.encoderSessions ?? null, most: declared?.encoderSessions ?? null };
}
