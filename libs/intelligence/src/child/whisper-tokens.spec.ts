import { expect, test } from 'vitest';
import { applyTokenRules, cutSegments, type DecodedToken, likeliest, type WhisperVocabulary } from './whisper-tokens.ts';

/** Ten words, then end, start, language, no-speech, no-timestamps, then a hundred timestamps. */
const vocabulary: WhisperVocabulary = {
  endOfText: 10,
  startOfTranscript: 11,
  noSpeech: 13,
  timestampBegin: 15,
  languages: new Map([['en', 12]]),
  transcribeTask: undefined,
  suppress: [3],
  suppressAtBegin: [10],
};
const size = 115;
const at = (seconds: number) => vocabulary.timestampBegin + Math.round(seconds / 0.02);
const tokens = (...ids: number[]): DecodedToken[] => ids.map((id) => ({ id, logProbability: -0.1 }));

function next(sofar: DecodedToken[], wishes: Record<number, number>): number {
  const logits = new Float32Array(size);
  for (const [id, value] of Object.entries(wishes)) logits[Number(id)] = value;
  applyTokenRules(logits, sofar, vocabulary);
  return likeliest(logits).id;
}

test('the first token is a timestamp of the first second', () => {
  expect(next([], { 1: 50, [at(1.5)]: 40, [at(0.5)]: 30 })).toBe(at(0.5));
});

test('after a lone timestamp at the start come words, never a second timestamp', () => {
  expect(next(tokens(at(0)), { [at(0.4)]: 50, 4: 30 })).toBe(4);
});

test('after a closing timestamp comes another one or the end, never a word', () => {
  expect(next(tokens(at(0), 4, at(0.6)), { 5: 50, [at(0.6)]: 30 })).toBe(at(0.6));
  expect(next(tokens(at(0), 4, at(0.6)), { 5: 50, 10: 30 })).toBe(10);
});

test('time never runs backwards', () => {
  expect(next(tokens(at(0.6), 4), { [at(0.2)]: 50, [at(0.6)]: 45, [at(0.8)]: 30 })).toBe(at(0.8));
});

test('suppressed and special tokens are never said', () => {
  expect(next(tokens(at(0), 4), { 3: 90, 11: 80, 12: 70, 13: 60, 5: 50 })).toBe(5);
});

test('segments are cut at pairs of timestamps, and the next window starts after the last closed one', () => {
  const { segments, nextSeconds } = cutSegments(tokens(at(0), 1, 2, at(0.8), at(0.8), 4, at(1.6), at(1.6), 5), 15, 30);
  expect(
    segments.map(({ startSeconds, endSeconds, tokens: said }) => [startSeconds, endSeconds, said.map(({ id }) => id)]),
  ).toEqual([
    [0, 0.8, [1, 2]],
    [0.8, 1.6, [4]],
  ]);
  expect(nextSeconds).toBeCloseTo(1.6);
});

test('a window that ends with silence is over', () => {
  expect(cutSegments(tokens(at(0), 1, at(0.8)), 15, 30).nextSeconds).toBe(30);
});

test('words without a closing timestamp last as long as the window', () => {
  const { segments, nextSeconds } = cutSegments(tokens(at(0.4), 1, 2), 15, 12);
  expect(segments).toMatchObject([{ startSeconds: 0.4, endSeconds: 12 }]);
  expect(nextSeconds).toBe(12);
});

test('nothing said is no segment', () => {
  expect(cutSegments([], 15, 30)).toEqual({ segments: [], nextSeconds: 30 });
  expect(cutSegments(tokens(at(0), at(0)), 15, 30)).toEqual({ segments: [], nextSeconds: 30 });
});
