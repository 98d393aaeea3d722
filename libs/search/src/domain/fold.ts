/** A word of a text: folded, and where it stands in the original (UTF-16 offsets, end exclusive). */
export interface Token {
  word: string;
  start: number;
  end: number;
}

/** Letters that Unicode does not decompose, but people type without. */
const plainLetters: Record<string, string> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** A word without case, accents and ligatures, in letters and digits only. */
export function foldWord(word: string): string {
  return (
    word
      .normalize('NFKD')
      .toLowerCase()
      .normalize('NFKD')
      // The combining marks of Latin, Greek and Cyrillic; those of Indic scripts are vowels and stay.
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[ßøæœłđðþı]/g, (letter) => plainLetters[letter] ?? letter)
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}\p{M}]/gu, '')
  );
}

const runs = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts written without spaces: each character is a word, and words of several are phrases. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const pieces = new RegExp(
  `[${unspaced}]\\p{M}*|\\p{N}+|(?:(?![${unspaced}])\\p{Lu}\\p{M}*)+(?!\\p{Ll})|(?:(?![${unspaced}])\\p{Lu}\\p{M}*)?(?:(?![${unspaced}\\p{Lu}])\\p{L}\\p{M}*)+|\\p{L}\\p{M}*|\\p{M}+`,
  'gu',
);

const unspacedLetter = new RegExp(`[${unspaced}]`, 'u');

/** Nearly every run is one of these, and needs none of the above. */
const plainRun = /^(?:[A-Z]?[a-z]+|[A-Z]+|[0-9]+)$/;
const asciiRun = /^[A-Za-z0-9]+$/;
const asciiPieces = /[0-9]+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]/g;

/** Longer runs of letters are no words; PostgreSQL refuses lexemes of 2 KB. */
const longestWord = 64;

function token(text: string, start: number): Token {
  const word = asciiRun.test(text) ? text.toLowerCase() : foldWord(text);
  return { word: word.slice(0, longestWord), start, end: start + text.length };
}

/** Calls back with each run of letters and digits, taken apart; a run that stays whole has one piece. */
function eachRun(text: string, visit: (run: string, start: number, pieces: Token[]) => void): void {
  for (const { 0: run, index } of text.matchAll(runs)) {
    const parts = plainRun.test(run)
      ? [token(run, index)]
      : [...run.matchAll(asciiRun.test(run) ? asciiPieces : pieces)].map((piece) => token(piece[0], index + piece.index));
    visit(
      run,
      index,
      parts.filter((part) => part.word !== ''),
    );
  }
}

/** The words of a text in order; `IMG_2043`, `moonLanding` and `A320` are taken apart. */
export function tokenise(text: string): Token[] {
  const found: Token[] = [];
  eachRun(text, (_, __, parts) => {
    for (const part of parts) found.push(part);
  });
  return found;
}

/** Runs of letters and digits that `tokenise` takes apart, whole: `img2043` of `IMG2043`. */
export function compounds(text: string): Token[] {
  const found: Token[] = [];
  eachRun(text, (run, start, parts) => {
    if (parts.length > 1 && !unspacedLetter.test(run)) found.push(token(run, start));
  });
  return found.filter((made) => made.word !== '');
}

/**
 * A text as its index sees it: folded words between single spaces, then the compounds whole, at the end where they do not come
 * between the words of a phrase. Cut to `maxLength` characters at a word.
 */
export function foldText(text: string, maxLength = 200_000): string {
  const words = [...tokenise(text), ...compounds(text)].map((made) => made.word).join(' ');
  return words.length <= maxLength ? words : words.slice(0, words.lastIndexOf(' ', maxLength));
}
