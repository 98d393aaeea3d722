import { expect, test } from 'vitest';
import { subtitleSegments } from './subtitle-segments.ts';

const cue = (startSeconds: number, text: string) => ({ startSeconds, endSeconds: startSeconds + 2, text });

test('lines that follow one another are one piece; each word keeps the time of its line', () => {
  const [piece, ...others] = subtitleSegments([{ language: 'en', cues: [cue(41, 'The lighthouse'), cue(43, 'stays dark.')] }]);
  expect(others).toEqual([]);
  expect(piece).toMatchObject({
    position: 0,
    startSeconds: 41,
    endSeconds: 45,
    language: 'en',
    text: 'The lighthouse\nstays dark.',
  });
  expect(piece?.words?.map(({ text, start }) => [text, start])).toEqual([
    ['The', 41],
    ['lighthouse', 41],
    ['stays', 43],
    ['dark.', 43],
  ]);
});

test('a pause, half a minute or much text begin another piece, and so does another language', () => {
  const cues = [
    cue(0, 'a'),
    cue(3, 'b'),
    cue(20, 'after a pause'),
    ...Array.from({ length: 20 }, (_, at) => cue(22 + 2 * at, 'go on')),
  ];
  const pieces = subtitleSegments([
    { language: 'en', cues },
    { language: 'de', cues: [cue(0, 'x'.repeat(390)), cue(2, 'y'.repeat(20))] },
  ]);
  expect(pieces.map(({ position, startSeconds, language }) => [position, startSeconds, language])).toEqual([
    [0, 0, 'en'],
    [1, 20, 'en'],
    [2, 50, 'en'],
    [3, 0, 'de'],
    [4, 2, 'de'],
  ]);
  for (const { startSeconds, endSeconds } of pieces) expect((endSeconds ?? 0) - (startSeconds ?? 0)).toBeLessThanOrEqual(30);
});

test('of more text than any film has, the beginning is kept', () => {
  const cues = Array.from({ length: 3000 }, (_, at) => cue(at * 10, 'z'.repeat(2000)));
  const pieces = subtitleSegments([{ language: null, cues }]);
  expect(pieces).toHaveLength(2000);
});
