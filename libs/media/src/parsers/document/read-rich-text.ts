import { TextCollector } from './text-collector.ts';

// Groups that hold no text of the document.
const hidden = new Set([
  'fonttbl',
  'colortbl',
  'stylesheet',
  'info',
  'pict',
  'object',
  'themedata',
  'datastore',
  'listtable',
  'generator',
]);
const breaks: Record<string, string> = {
  par: '\n',
  line: '\n',
  tab: '\t',
  cell: '\t',
  row: '\n',
  page: '\n',
  sect: '\n',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
};
const MOST_DEPTH = 1000;
const western = new TextDecoder('windows-1252');

/** Text of an RTF file: its control words are read just far enough to tell text from everything else. */
export function readRichText(
  rtf: string,
  maxCharacters: number,
): { pages: Array<{ page: number; text: string }>; partial: string[] } {
  const collector = new TextCollector(1, maxCharacters);
  collector.nextPage();
  const tokens = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)/gi;
  const shown: boolean[] = [];
  let visible = true;
  let skip = 0;
  for (let token = tokens.exec(rtf); token && !collector.full; token = tokens.exec(rtf)) {
    const [, word, number, hex, symbol, brace, plain] = token;
    if (brace === '{') {
      if (shown.length >= MOST_DEPTH) break;
      shown.push(visible);
    } else if (brace === '}') visible = shown.pop() ?? true;
    else if (symbol === '*' || (word && hidden.has(word))) visible = false;
    else if (!visible) continue;
    else if (word === 'u') {
      collector.add(String.fromCharCode(Number(number) & 0xffff));
      skip = 1;
    } else if (word) collector.add(breaks[word] ?? '');
    else if (skip > 0 && (hex || plain)) {
      skip = 0;
      if (plain) collector.add(plain.slice(1));
    } else if (hex) collector.add(western.decode(Buffer.from([Number.parseInt(hex, 16)])));
    else collector.add(plain ?? (symbol === '~' ? ' ' : symbol && '\\{}'.includes(symbol) ? symbol : ''));
  }
  return collector.finish();
}
