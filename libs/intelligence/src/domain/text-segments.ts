import type { TextSegmentRow } from '#media';
import type { RecognisedLine, RecognisedText } from '../ocr/recognised-text.ts';
import type { Transcript } from '../speech/transcript.ts';

/** ISO 639-1 codes of Tesseract's names, where there is one. */
const languageCodes: Record<string, string> = {
  eng: 'en',
  deu: 'de',
  fra: 'fr',
  ita: 'it',
  spa: 'es',
  por: 'pt',
  nld: 'nl',
  pol: 'pl',
};

/** What was read in pictures as pieces of text: one for each block of lines, with the boxes of its words. */
export function ocrSegments(pages: readonly { page: number | null; text: RecognisedText }[]): TextSegmentRow[] {
  const segments = pages.flatMap(({ page, text }) =>
    [...Map.groupBy(text.lines, (line) => line.block).values()].map((lines) => blockSegment(lines, page, text.languages)),
  );
  return segments.map((segment, position) => ({ ...segment, position }));
}

function blockSegment(
  lines: readonly RecognisedLine[],
  page: number | null,
  languages: readonly string[],
): Omit<TextSegmentRow, 'position'> {
  const words = lines.flatMap((line) => line.words.map(({ text, confidence, box }) => ({ text, confidence, box })));
  const [only, ...others] = languages;
  return {
    page,
    text: lines.map((line) => line.text).join('\n'),
    words,
    confidence: words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length),
    // Of several languages looked for, nobody says which one was found.
    language: only && others.length === 0 ? (languageCodes[only] ?? only) : null,
  };
}

/** What was said as pieces of text with their times. */
export function speechSegments({ segments, language }: Transcript): TextSegmentRow[] {
  return segments.map(({ startSeconds, endSeconds, text, confidence, words }, position) => ({
    position,
    startSeconds,
    endSeconds,
    text,
    confidence,
    language,
    words: words.map((word) => ({ text: word.text, confidence: word.confidence, start: word.start, end: word.end })),
  }));
}
