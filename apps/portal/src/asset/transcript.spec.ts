import { expect, test } from 'vitest';
import type { TextSegment } from '../api/types.ts';
import { lineAt, spokenLines, webVtt } from './transcript.ts';

const segment = (startSeconds: number | null, endSeconds: number | null, text: string): TextSegment => ({
  source: 'speech',
  position: 0,
  page: null,
  startSeconds,
  endSeconds,
  text,
  confidence: 0.8,
  language: 'en',
  words: [],
});
const lines = spokenLines([
  segment(5, 8, 'second'),
  segment(1, 4, 'first'),
  segment(null, null, 'lost'),
  segment(20, 21, 'third'),
]);

test('lines come in the order of time; those without one are left out', () => {
  expect(lines.map((line) => line.text)).toEqual(['first', 'second', 'third']);
});

test('subtitles of the first language go before what was heard, line by line', () => {
  const word = (text: string, start: number) => ({ text, confidence: null, start, end: start + 1 });
  const subtitle = (language: string, words: ReturnType<typeof word>[]): TextSegment => ({
    ...segment(words[0]?.start ?? 0, 9, words.map(({ text }) => text).join(' ')),
    source: 'subtitle',
    language,
    words,
  });
  const both = spokenLines([
    segment(0, 9, 'mumble'),
    subtitle('en', [word('Good', 1), word('day.', 1), word('Bye.', 4)]),
    subtitle('de', [word('Guten', 1)]),
  ]);
  expect(both.map(({ start, end, text }) => [start, end, text])).toEqual([
    [1, 2, 'Good day.'],
    [4, 5, 'Bye.'],
  ]);
});

test('the line that is spoken, also through silence', () => {
  expect([0, 1, 4.5, 5, 12, 500].map((second) => lineAt(lines, second))).toEqual([-1, 0, 0, 1, 1, 2]);
  expect(lineAt([], 3)).toBe(-1);
});

test('captions are valid WebVTT and cannot be broken out of', () => {
  expect(webVtt(spokenLines([segment(3661.5, 3661.6, '<i>a & b\n\n00:00 --> x')]))).toBe(
    'WEBVTT\n\n01:01:01.500 --> 01:01:02.000\n&lt;i&gt;a &amp; b 00:00 --&gt; x\n',
  );
});
