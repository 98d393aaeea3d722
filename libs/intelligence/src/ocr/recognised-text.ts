/** A rectangle in fractions of the upright picture: left, top, width, height. */
export type Box = [left: number, top: number, width: number, height: number];

export interface RecognisedWord {
  text: string;
  /** 0 to 1. */
  confidence: number;
  box: Box;
}

export interface RecognisedLine {
  text: string;
  /** Mean of the words', 0 to 1. */
  confidence: number;
  box: Box;
  /** Lines of one block (a paragraph, a sign) share it; counted from 0. */
  block: number;
  words: RecognisedWord[];
}

/** The text in a picture, top to bottom. No lines means that no legible text was found. */
export interface RecognisedText {
  engine: string;
  engineVersion: string;
  /** Tesseract's names of the languages that were looked for: `eng`, `deu`, … */
  languages: string[];
  lines: RecognisedLine[];
  /** All lines; blocks are parted by an empty line. */
  text: string;
  /** Milliseconds of processor time. */
  cpuMs: number;
}
