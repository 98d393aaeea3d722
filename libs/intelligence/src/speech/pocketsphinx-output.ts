import type { SpokenWord } from './transcript.ts';

/** The words of one utterance, as the recogniser cut it at pauses; fillers such as `<sil>` are left out. */
export type Utterance = SpokenWord[];

/**
 * The output of `pocketsphinx_continuous -time yes` (0.8): a line of text per utterance, then a line per word with start, end
 * and confidence. Seconds count from the start of what was given.
 */
export function parseTimedLines(output: string): Utterance[] {
  const utterances: Utterance[] = [];
  for (const line of output.split('\n')) {
    const [word, ...numbers] = line.trim().split(/\s+/);
    const [start, end, confidence] = numbers.map(Number);
    const timed = numbers.length === 3 && [start, end, confidence].every(Number.isFinite);
    if (!timed || !word) continue;
    if (word === '<s>' || utterances.length === 0) utterances.push([]);
    addWord(utterances.at(-1), { text: word, start: start ?? 0, end: end ?? 0, confidence: confidence ?? 0 });
  }
  return utterances.filter((utterance) => utterance.length > 0);
}

interface JsonHypothesis {
  b: number;
  d: number;
  p: number;
  t: string;
  w?: JsonHypothesis[];
}

/** The output of `pocketsphinx live` (5): a line of JSON per utterance, with `b`egin, `d`uration, `p`robability and `t`ext of each `w`ord. */
export function parseJsonLines(output: string): Utterance[] {
  return output.split('\n').flatMap((line) => {
    const hypothesis = parseHypothesis(line);
    const utterance: Utterance = [];
    for (const { b, d, p, t } of hypothesis?.w ?? [])
      addWord(utterance, { text: String(t), start: Number(b), end: Number(b) + Number(d), confidence: Number(p) });
    return utterance.length > 0 ? [utterance] : [];
  });
}

function parseHypothesis(line: string): JsonHypothesis | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as JsonHypothesis;
  } catch {
    return undefined;
  }
}

/** `and(2)` is a second pronunciation of "and"; `<sil>`, `[SPEECH]` and `++BREATH++` are no words. */
function addWord(utterance: Utterance | undefined, word: SpokenWord): void {
  if (/^[<[+]/.test(word.text)) return;
  const text = word.text.replace(/\(\d+\)$/, '');
  utterance?.push({ ...word, text, confidence: Math.min(1, Math.max(0, word.confidence)) });
}
