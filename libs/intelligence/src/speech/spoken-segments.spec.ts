import { expect, test } from 'vitest';
import { toSpokenSegments } from './spoken-segments.ts';
import type { SpokenWord } from './transcript.ts';

function words(...timed: [text: string, start: number, end: number, confidence?: number][]): SpokenWord[] {
  return timed.map(([text, start, end, confidence = 0.8]) => ({ text, start, end, confidence }));
}

test('a pause starts a new segment, with its own times and confidence', () => {
  const segments = toSpokenSegments([words(['good', 0.1, 0.4], ['morning', 0.4, 0.9, 0.6], ['everyone', 2, 2.6, 0.9])]);
  expect(segments).toMatchObject([
    { text: 'good morning', startSeconds: 0.1, endSeconds: 0.9, confidence: 0.7 },
    { text: 'everyone', startSeconds: 2, endSeconds: 2.6, confidence: 0.9 },
  ]);
});

test('music, heard as drawn-out words, is no speech', () => {
  expect(toSpokenSegments([words(["i'm", 1.4, 3.4], ['minimum', 3.4, 7.1], ['him', 7.2, 8.6], ['on', 8.7, 8.9])])).toEqual([]);
});

test('what the recogniser does not believe itself is left out', () => {
  expect(toSpokenSegments([words(['been', 0, 0.3, 0.02], ['up', 0.3, 0.4, 0.1], ['close', 0.4, 0.9, 0.5])])).toEqual([]);
});

test('one drawn-out word among many is left out, the others stay', () => {
  const spoken = Array.from({ length: 12 }, (_, index): [string, number, number] => ['one', index * 0.5, index * 0.5 + 0.4]);
  const [segment] = toSpokenSegments([words(...spoken, ['loft', 6, 7.3])]);
  expect(segment?.words).toHaveLength(12);
});

test('a monologue without any pause is still cut', () => {
  const endless = Array.from({ length: 100 }, (_, index): [string, number, number] => ['and', index * 0.4, index * 0.4 + 0.4]);
  const segments = toSpokenSegments([words(...endless)]);
  expect(segments.length).toBeGreaterThan(2);
  for (const { startSeconds, endSeconds } of segments) expect(endSeconds - startSeconds).toBeLessThanOrEqual(15.01);
});
