import { diffLines, linesOf } from './line-diff.ts';

/** A line of the newest text, and the number of the generation that brought it. */
export interface BlamedLine {
  number: number;
  text: string;
}

/** Says of each line of the newest text which generation brought it; the texts come from first to newest, numbered from 1. */
export function blame(texts: readonly string[]): BlamedLine[] {
  let blamed: BlamedLine[] = linesOf(texts[0] ?? '').map((text) => ({ number: 1, text }));
  for (const [index, text] of texts.slice(1).entries()) {
    const former = blamed[Symbol.iterator]();
    const next: BlamedLine[] = [];
    for (const line of diffLines(texts[index] ?? '', text))
      if (line.kind === 'added') next.push({ number: index + 2, text: line.text });
      else {
        const { value } = former.next();
        if (line.kind === 'kept' && value) next.push(value);
      }
    blamed = next;
  }
  return blamed;
}
