import { expect, test } from 'vitest';
import type { DeclaredGpu, GpuCard } from '../api/types.ts';
import { cardParts, encoderBudget, sharedCards } from './gpu-shape.ts';

const card: GpuCard = {
  ...{ index: 0, uuid: 'GPU-1', name: 'NVIDIA GeForce RTX 4090', driver: '550.54', memoryMb: 24_564, usedMb: 9000 },
  ...{
    utilisationPercent: 40,
    encoderPercent: 5,
    encoderSessions: 2,
    temperatureCelsius: 55,
    powerWatts: 210,
    powerLimitWatts: 450,
    mig: null,
  },
};
const declared: DeclaredGpu = {
  ...{ card: '0', cardIndex: 0, reserveMb: 1024, mps: true, ceilingsMayExceed: true, encoderSessions: 8 },
  shares: [
    { workload: 'ml', ceilingPercent: 70, memoryMb: 16_000, processes: 1, encoderSessions: 0 },
    { workload: 'video', ceilingPercent: 60, memoryMb: 4000, processes: 2, encoderSessions: 6 },
  ],
};

test('the memory of a card is its shares, what nobody is given, and the rest', () => {
  expect(cardParts(24_564, declared)).toEqual([
    { id: 'ml', kind: 'share', mb: 16_000 },
    { id: 'video', kind: 'share', mb: 4000 },
    { id: 'reserve', kind: 'reserve', mb: 1024 },
    { id: 'nobody', kind: 'rest', mb: 3540 },
  ]);
  expect(cardParts(24_564, undefined)).toEqual([{ id: 'nobody', kind: 'rest', mb: 24_564 }]);
});

test('a declared card that is not there is shown as well', () => {
  const missing = { ...declared, card: 'GPU-2', cardIndex: null };
  expect(sharedCards({ cards: [card], declared: [declared, missing] }).map(({ key }) => key)).toEqual([
    'GPU-1',
    'declared GPU-2',
  ]);
});

test('films that are encoded at a time are a budget of their own', () => {
  expect(encoderBudget(card, declared)).toEqual({ shared: 6, running: 2, most: 8 });
  expect(encoderBudget(undefined, undefined)).toEqual({ shared: 0, running: null, most: null });
});
