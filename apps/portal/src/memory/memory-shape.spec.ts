import { expect, test } from 'vitest';
import type { Memory, MemoryShare } from '../api/types.ts';
import { readMemoryAddress } from './memory-address.ts';
import { guarantees, limitsOf, onlyOtherLimits, partsInUse, scaleOf, withLimit } from './memory-shape.ts';
import { eventsText, memoryText, settingText } from './memory-words.ts';

const share = (id: string, minMb: number | null, highMb: number | null, currentMb: number | null): MemoryShare => ({
  ...{ id, class: 'latency', minMb, highMb, maxMb: null, currentMb, events: null },
});
const memory = (over: Partial<Memory['machine']> = {}): Memory => ({
  machine: { totalMb: 32_768, availableMb: 16_384, unguaranteedMb: 8192, ...over },
  workloads: [share('api', 4096, 8192, 2048), share('video', 2048, 16_384, 4096)],
  ...{ liveProblem: null, settings: [], fromNextStart: [], obstacles: [] },
});

test('limits in an address survive reading and writing, and what is none is left out', () => {
  expect(readMemoryAddress({ try: 'video.memoryHighMb:30000,api.memoryMinMb:2048,video.threads:8,x' })).toEqual({
    try: 'api.memoryMinMb:2048,video.memoryHighMb:30000',
  });
  expect(readMemoryAddress({})).toEqual({});
});

test('only what differs from what is declared counts as tried', () => {
  const { workloads } = memory();
  expect(onlyOtherLimits(workloads, { 'api.memoryMinMb': 4096, 'video.memoryHighMb': 20_000, 'gone.memoryMinMb': 1 })).toEqual({
    'video.memoryHighMb': 20_000,
  });
  expect(limitsOf(share('api', 4096, null, null), { 'api.memoryMaxMb': 9000 }).map(({ mb }) => mb)).toEqual([4096, null, 9000]);
});

test('a highest of 0 takes all limits away, and another limit brings them back', () => {
  const api: MemoryShare = { ...share('api', 4096, 8192, null), maxMb: 9000 };
  const none = withLimit({ 'api.memoryMinMb': 1, 'video.memoryMinMb': 2 }, 'api.memoryMaxMb', 0);
  expect(none).toEqual({ 'video.memoryMinMb': 2, 'api.memoryMaxMb': 0 });
  expect(limitsOf(api, none).map(({ mb }) => mb)).toEqual([null, null, null]);
  expect(onlyOtherLimits([api], none)).toEqual({ 'api.memoryMaxMb': 0 });
  expect(onlyOtherLimits([{ ...api, maxMb: null }], none)).toEqual({});
  expect(withLimit(none, 'api.memoryHighMb', 5000)).toEqual({ 'video.memoryMinMb': 2, 'api.memoryHighMb': 5000 });
});

test('what nobody declared takes is what is neither available nor taken by workloads; all of it is the machine', () => {
  expect(partsInUse(memory())).toEqual([
    { id: 'api', kind: 'workload', mb: 2048 },
    { id: 'video', kind: 'workload', mb: 4096 },
    { id: 'others', kind: 'others', mb: 10_240 },
    { id: 'free', kind: 'free', mb: 16_384 },
  ]);
  expect(partsInUse(memory({ availableMb: 30_000 }))?.reduce((sum, { mb }) => sum + mb, 0)).toBe(32_768);
  expect(partsInUse(memory({ totalMb: null }))).toBeUndefined();
});

test('guarantees leave what nobody may guarantee', () => {
  expect(guarantees(memory(), {})).toEqual({ sumMb: 6144, leftMb: 18_432 });
  expect(guarantees(memory(), { 'video.memoryMinMb': 24_000 }).leftMb).toBe(-3520);
  expect(guarantees(memory({ totalMb: null }), {}).leftMb).toBeNull();
});

test('the scale ends a little above the largest limit, at the latest with the machine', () => {
  expect(scaleOf(memory(), {})).toBeCloseTo(17_203.2);
  expect(scaleOf(memory(), { 'video.memoryHighMb': 90_000 })).toBe(32_768);
  expect(scaleOf(memory({ totalMb: null }), {})).toBe(16_384);
});

test('memory reads as people write it', () => {
  expect([768, 1024, 23_962, 131_072].map(memoryText)).toEqual(['768 MiB', '1 GiB', '23.4 GiB', '128 GiB']);
  expect(settingText({ value: 1, unit: 'processes' })).toBe('1 process');
  expect(settingText({ value: 4, unit: 'threads' })).toBe('4 threads');
  expect(settingText({ value: 4096, unit: 'MB' })).toBe('4\u202f096 MB');
  expect(eventsText({ events: { high: 2, max: 0, oomKill: 1 } })).toBe('slowed 2 times, 1 process ended');
  expect(eventsText({ events: { high: 0, max: 0, oomKill: 0 } })).toBeUndefined();
});
