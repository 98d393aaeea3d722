/** Letters that a reader of pictures, or a finger, takes for one another. */
const lookAlike = ['0o', '1il', '5s', '8b', '2z', '6g', '9g', '4a', 'uv', 'ce', 'mn', 'ft'];
const substitutes = new Map<string, Set<string>>();
for (const group of lookAlike)
  for (const letter of group) substitutes.set(letter, new Set([...(substitutes.get(letter) ?? []), ...group]));

/** Edits allowed between a word and what it may have meant, by its length: as search engines commonly allow. */
export function allowedEdits(length: number): number {
  return length < 4 ? 0 : length < 8 ? 1 : 2;
}

/** Optimal string alignment distance, where a look-alike letter costs half an edit. https://doi.org/10.1145/363958.363994 */
export function editDistance(left: string, right: string): number {
  let older: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const a = left[row - 1] ?? '';
      const b = right[column - 1] ?? '';
      const change = a === b ? 0 : substitutes.get(a)?.has(b) ? 0.5 : 1;
      let best = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (above[column - 1] ?? 0) + change);
      if (row > 1 && column > 1 && a === right[column - 2] && left[row - 2] === b)
        best = Math.min(best, (older[column - 2] ?? 0) + 1);
      current.push(best);
    }
    older = above;
    above = current;
  }
  return above[right.length] ?? 0;
}

/** Whether a known word may be what was meant by one that nobody wrote: few edits, and the same beginning but for look-alikes. */
export function mayMean(word: string, known: string): boolean {
  if (word === known || Math.abs(word.length - known.length) > 2) return false;
  const [first = '', knownFirst = ''] = [word[0], known[0]];
  if (first !== knownFirst && !substitutes.get(first)?.has(knownFirst)) return false;
  return editDistance(word, known) <= allowedEdits(Math.min(word.length, known.length));
}

/** Whether a known word contains the word: `mondrakete` for `rakete`. */
export function isPartOf(word: string, known: string): boolean {
  return word.length >= 4 && known.length > word.length && known.includes(word);
}
