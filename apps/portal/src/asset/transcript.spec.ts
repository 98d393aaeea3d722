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

test('the line that is spoken, also through silence', () => {
  expect([0, 1, 4.5, 5, 12, 500].map((second) => lineAt(lines, second))).toEqual([-1, 0, 0, 1, 1, 2]);
  expect(lineAt([], 3)).toBe(-1);
});

test('captions are valid WebVTT and cannot be broken out of', () => {
  expect(webVtt(spokenLines([segment(3661.5, 3661.6, '<i>a & b\n\n00:00 --> x')]))).toBe(
    'WEBVTT\n\n01:01:01.500 --> 01:01:02.000\n&lt;i&gt;a &amp; b 00:00 --&gt; x\n',
  );
});
