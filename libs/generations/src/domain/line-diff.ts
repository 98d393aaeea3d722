/** One line of a comparison: kept, only in the former text, or only in the new one. */
export interface DiffLine {
  kind: 'kept' | 'removed' | 'added';
  text: string;
}

/** A text as lines; a line feed at its end makes no line of its own. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Compares two texts line by line: the fewest lines removed and added (longest common subsequence). */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const kept = (lines: string[]): DiffLine[] => lines.map((text) => ({ kind: 'kept', text }));
  const middle = diffMiddle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail));
  return [...kept(old.slice(0, head)), ...middle, ...kept(old.slice(old.length - tail))];
}

function diffMiddle(old: string[], fresh: string[]): DiffLine[] {
  const common = commonLengths(old, fresh);
  const found: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < fresh.length) {
    const [mine, theirs] = [old[row], fresh[column]];
    if (mine !== undefined && mine === theirs) {
      found.push({ kind: 'kept', text: mine });
      row += 1;
      column += 1;
    } else if (mine !== undefined && (theirs === undefined || at(common, row + 1, column) >= at(common, row, column + 1))) {
      found.push({ kind: 'removed', text: mine });
      row += 1;
    } else {
      found.push({ kind: 'added', text: theirs ?? '' });
      column += 1;
    }
  }
  return found;
}

function at(lengths: readonly Uint32Array[], row: number, column: number): number {
  return lengths[row]?.[column] ?? 0;
}

/** How many lines the rest of both have in common, from each row and column on. */
function commonLengths(old: string[], fresh: string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      const longer = Math.max(at(lengths, row + 1, column), at(lengths, row, column + 1));
      (lengths[row] as Uint32Array)[column] = old[row] === fresh[column] ? at(lengths, row + 1, column + 1) + 1 : longer;
    }
  return lengths;
}

/** The changed lines with some kept ones around them, as `diff -u` marks them; `…` stands for what is left out. */
export function formatDiff(lines: readonly DiffLine[], around = 3): string[] {
  const mark = { kept: ' ', removed: '-', added: '+' } as const;
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'kept');
  return lines.flatMap(({ kind, text }, index) => {
    if (isNear(index)) return [`${mark[kind]}${text}`];
    return index > 0 && isNear(index - 1) && lines.slice(index).some((later) => later.kind !== 'kept') ? ['…'] : [];
  });
}
