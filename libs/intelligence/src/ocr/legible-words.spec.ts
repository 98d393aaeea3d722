import { expect, test } from 'vitest';
import { legibleSize } from './legible-size.ts';
import { legibleLines, readingWeight } from './legible-words.ts';
import { joinLines } from './ocr.service.ts';
import { parseTesseract } from './tesseract-output.ts';

const header = 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext';
const picture = { width: 1000, height: 500 };

function tsv(...rows: [block: number, line: number, confidence: number, text: string, left?: number][]): string {
  const lines = rows.map(([block, line, confidence, text, left = 100], index) =>
    [5, 1, block, 1, line, index + 1, left, line * 50, 80, 20, confidence, text].join('\t'),
  );
  return [header, '4\t1\t1\t1\t1\t0\t100\t50\t500\t20\t-1\t', ...lines, ''].join('\n');
}

const read = (...rows: Parameters<typeof tsv>) => legibleLines(parseTesseract(tsv(...rows)), picture);

test('words are joined to lines and blocks, with boxes in fractions of the picture', () => {
  const lines = read([1, 1, 96, 'Opening', 100], [1, 1, 92, 'hours', 200], [2, 2, 90, 'closed', 100]);
  expect(lines).toMatchObject([
    { text: 'Opening hours', block: 0, confidence: 0.94, box: [0.1, 0.1, 0.18, 0.04] },
    { text: 'closed', block: 1 },
  ]);
  expect(lines[0]?.words[1]).toEqual({ text: 'hours', confidence: 0.92, box: [0.2, 0.1, 0.08, 0.04] });
  expect(joinLines(lines)).toBe('Opening hours\n\nclosed');
});

test.each<[string, Parameters<typeof tsv>]>([
  [
    'fur read as letters',
    [
      [1, 1, 31, 'uae'],
      [1, 2, 0, 'r'],
      [1, 3, 37, 'a'],
      [1, 4, 47, '='],
    ],
  ],
  ['a sure but lonely sign', [[1, 1, 95, '|']]],
  [
    'punctuation',
    [
      [1, 1, 90, '»—~"'],
      [1, 1, 91, '!!'],
    ],
  ],
  ['a scrap that is not sure enough', [[1, 1, 82, 'rays']]],
])('a photograph yields no rubbish: %s', (_, rows) => {
  expect(read(...rows)).toEqual([]);
});

test('a smudged word is kept within a line that is clear', () => {
  const [line] = read([1, 1, 95, 'first'], [1, 1, 40, 'determine'], [1, 1, 96, 'markers'], [1, 1, 93, 'of'], [1, 1, 20, 'tbe']);
  expect(line?.text).toBe('first determine markers of');
});

test('other scripts are words too', () => {
  expect(read([1, 1, 90, 'Öffnungszeiten'], [2, 2, 88, '東京都'], [2, 2, 91, '博物館'])).toHaveLength(2);
});

test('a reading is weighed by how much of it is sure', () => {
  expect(readingWeight(read([1, 1, 90, 'Opening']))).toBeCloseTo(6.3);
});

test('small pictures are enlarged and large ones reduced', () => {
  expect(legibleSize(384, 191)).toEqual({ width: 1152, height: 573 });
  expect(legibleSize(1440, 960)).toEqual({ width: 2000, height: 1333 });
  expect(legibleSize(2480, 3000)).toEqual({ width: 2480, height: 3000 });
  expect(legibleSize(8000, 2000)).toEqual({ width: 3200, height: 800 });
  expect(legibleSize(1, 100_000)).toEqual({ width: 1, height: 3200 });
});
