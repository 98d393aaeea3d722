/** Longest piece of text that is kept, shown and embedded as one. */
const longestPiece = 4000;

/** Cuts a page into pieces of bounded length, at paragraphs where there are some, else at lines, else at words. */
export function splitText(text: string, longest: number = longestPiece): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > longest) {
    const cut = cutBefore(rest, longest);
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  if (rest) pieces.push(rest);
  return pieces.filter(Boolean);
}

/** The last good place to cut: not in the first half, so that pieces do not become crumbs. */
function cutBefore(text: string, longest: number): number {
  for (const separator of ['\n\n', '\n', '. ', ' ']) {
    const at = text.lastIndexOf(separator, longest - separator.length);
    if (at >= longest / 2) return at + separator.length;
  }
  // Never between the two halves of a character outside the basic plane.
  return /[\uD800-\uDBFF]/.test(text[longest - 1] ?? '') ? longest - 1 : longest;
}
