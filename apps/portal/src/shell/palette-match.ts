/**
 * How well a command fits what was typed: 0 not at all; words that begin with it count most, then letters in order.
 * Every typed word must fit somewhere.
 */
export function matchScore(command: string, typed: string): number {
  const name = command.toLowerCase();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const word of words) {
    const score = wordScore(name, word);
    if (score === 0) return 0;
    total += score;
  }
  return words.length === 0 ? 1 : total / words.length;
}

function wordScore(name: string, word: string): number {
  if (name.startsWith(word)) return 4;
  if (name.includes(` ${word}`)) return 3;
  if (name.includes(word)) return 2;
  let at = 0;
  for (const letter of word) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return 0;
  }
  return word.length > 1 ? 1 : 0;
}
