import { expect, test } from 'vitest';
import type { DeclaredGpu } from '../api/types.ts';
import { readGpuAddress } from './gpu-address.ts';
import { numbersOf, onlyOtherShares } from './share-numbers.ts';

const ml = { workload: 'ml', ceilingPercent: 80, memoryMb: 18_000, processes: 4, encoderSessions: 0 };
const declared = ['0', '1'].map(
  (card): DeclaredGpu => ({
    ...{ card, cardIndex: Number(card), reserveMb: 1024, mps: true, ceilingsMayExceed: true, encoderSessions: 8 },
    shares: [ml],
  }),
);

test('shares in an address survive reading and writing, and what is none is left out', () => {
  expect(readGpuAddress({ try: 'ml.gpuPercent:60,video.encoderSessions2:3,ml.threads:8,x' })).toEqual({
    try: 'ml.gpuPercent:60,video.encoderSessions2:3',
  });
  expect(readGpuAddress({})).toEqual({});
});

test('shares of the second card have names of their own', () => {
  const [ceiling] = numbersOf(ml, 1, { 'ml.gpuPercent': 10, 'ml.gpuPercent2': 20 });
  expect(ceiling).toEqual({ kind: 'gpuPercent', key: 'ml.gpuPercent2', declared: 80, value: 20 });
});

test('only what differs from what is declared counts as tried', () => {
  const tried = { 'ml.gpuPercent': 80, 'ml.gpuPercent2': 50, 'gone.gpuPercent': 1 };
  expect(onlyOtherShares(declared, tried)).toEqual({ 'ml.gpuPercent2': 50 });
});
