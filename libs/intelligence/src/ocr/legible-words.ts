import type { Box, RecognisedLine } from './recognised-text.ts';
import type { TesseractWord } from './tesseract-output.ts';

/** What a word must reach to be believed. Short ones are easily made of leaves, tiles and fur. */
const least = { long: 60, short: 80, line: 65 };
const longWordLetters = 4;
/** In a line that is mostly believed, a doubtful word is more likely a smudged word than no word. */
const context = { words: 3, share: 0.6, confidence: 35 };
/** A picture in which only a scrap is read must be read very surely. */
const scrap = { letters: 6, confidence: 90 };
/** A letter higher than this share of the picture is more likely a door. */
const mostHeightShare = 0.5;

interface PictureSize {
  width: number;
  height: number;
}

/**
 * The lines that are text beyond doubt, from what Tesseract believes it sees: without words it doubts itself, words that are
 * mostly no letters, and lines that hold nothing but scraps.
 */
export function legibleLines(words: TesseractWord[], picture: PictureSize): RecognisedLine[] {
  const groups = Map.groupBy(
    words.filter((word) => looksLikeWord(word, picture)),
    (word) => word.line,
  );
  const lines = [...groups.values()].map(believedWords).filter(isCredibleLine);
  if (isScrap(lines.flat())) return [];
  const blocks = [...new Set(lines.map((line) => line[0]?.block))];
  return lines.map((line) => toLine(line, blocks.indexOf(line[0]?.block), picture));
}

/** How much text there is, for choosing between two readings: letters weighed by confidence. */
export function readingWeight(lines: RecognisedLine[]): number {
  return lines.reduce((sum, line) => sum + lettersIn(line.text) * line.confidence, 0);
}

function looksLikeWord(word: TesseractWord, { height }: PictureSize): boolean {
  const letters = lettersIn(word.text);
  return letters > 0 && letters / [...word.text].length >= 0.6 && word.height <= height * mostHeightShare;
}

function believedWords(line: TesseractWord[]): TesseractWord[] {
  const sure = line.filter((word) => word.confidence >= (lettersIn(word.text) >= longWordLetters ? least.long : least.short));
  const inContext = sure.length >= context.words && sure.length / line.length >= context.share;
  return inContext ? line.filter((word) => sure.includes(word) || word.confidence >= context.confidence) : sure;
}

function isScrap(words: TesseractWord[]): boolean {
  const letters = words.reduce((sum, word) => sum + lettersIn(word.text), 0);
  return letters < scrap.letters && meanConfidence(words) < scrap.confidence;
}

function isCredibleLine(line: TesseractWord[]): boolean {
  const letters = line.reduce((sum, word) => sum + lettersIn(word.text), 0);
  return letters >= 3 && meanConfidence(line) >= least.line;
}

function meanConfidence(words: TesseractWord[]): number {
  return words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length);
}

function lettersIn(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

function toLine(words: TesseractWord[], block: number, picture: PictureSize): RecognisedLine {
  return {
    text: words.map((word) => word.text).join(' '),
    confidence: meanConfidence(words) / 100,
    box: toBox(words, picture),
    block,
    words: words.map((word) => ({ text: word.text, confidence: word.confidence / 100, box: toBox([word], picture) })),
  };
}

/** The smallest rectangle around words, in fractions of the picture. */
function toBox(words: TesseractWord[], { width, height }: PictureSize): Box {
  const left = Math.min(...words.map((word) => word.left));
  const top = Math.min(...words.map((word) => word.top));
  const right = Math.max(...words.map((word) => word.left + word.width));
  const bottom = Math.max(...words.map((word) => word.top + word.height));
  const share = (value: number, whole: number) => Math.round(Math.min(1, Math.max(0, value / whole)) * 1e5) / 1e5;
  return [share(left, width), share(top, height), share(right - left, width), share(bottom - top, height)];
}
