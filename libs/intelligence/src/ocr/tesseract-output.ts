/** A word as Tesseract's TSV tells it; the box in pixels, the confidence from 0 to 100. */
export interface TesseractWord {
  block: number;
  /** Block, paragraph and line: unique within the page. */
  line: string;
  left: number;
  top: number;
  width: number;
  height: number;
  confidence: number;
  text: string;
}

const wordLevel = '5';

/** Reads Tesseract's TSV: level, page, block, paragraph, line, word, left, top, width, height, confidence, text. */
export function parseTesseract(tsv: string): TesseractWord[] {
  return tsv.split('\n').flatMap((row) => {
    const [level, page, block, paragraph, line, , left, top, width, height, confidence, ...rest] = row.split('\t');
    const text = rest.join(' ').trim();
    if (level !== wordLevel || text === '') return [];
    const numbers = { left: Number(left), top: Number(top), width: Number(width), height: Number(height) };
    if (!Object.values(numbers).every(Number.isFinite)) return [];
    const place = [page, block, paragraph, line].join('.');
    return [{ block: Number(block), line: place, ...numbers, confidence: Number(confidence), text }];
  });
}
