import type { Utterance } from './pocketsphinx-output.ts';
import type { SpokenSegment, SpokenWord } from './transcript.ts';

/** A longer pause starts a new segment. */
const pauseSeconds = 0.6;
const mostSegmentSeconds = 15;
/** Nobody draws out a word like this; a recogniser forced onto music does. */
const longWordSeconds = 1.2;
const mostLongWordShare = 0.25;
/** Below this, on average, the recogniser guesses: an utterance as a whole, and a segment of one. */
const leastConfidence = { utterance: 0.4, segment: 0.3 };

/**
 * What was said, from what a recogniser believes it heard: utterances that look like music or noise are dropped, the others are
 * cut at pauses, and what the recogniser itself does not believe is dropped.
 */
export function toSpokenSegments(utterances: Utterance[]): SpokenSegment[] {
  return utterances
    .filter((utterance) => looksSpoken(utterance) && meanConfidence(utterance) >= leastConfidence.utterance)
    .flatMap((utterance) => cutAtPauses(utterance.filter((word) => durationOf(word) <= longWordSeconds)))
    .map(toSegment)
    .filter((segment) => segment.confidence >= leastConfidence.segment);
}

/** Whether words have the lengths of spoken words: little of the time in drawn-out ones. */
export function looksSpoken(utterance: Utterance): boolean {
  const total = utterance.reduce((sum, word) => sum + durationOf(word), 0);
  const long = utterance.reduce((sum, word) => sum + (durationOf(word) > longWordSeconds ? durationOf(word) : 0), 0);
  return total > 0 && long / total <= mostLongWordShare;
}

function meanConfidence(words: SpokenWord[]): number {
  return words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length);
}

function durationOf(word: SpokenWord): number {
  return word.end - word.start;
}

function cutAtPauses(words: SpokenWord[]): SpokenWord[][] {
  const groups: SpokenWord[][] = [];
  for (const word of words) {
    const group = groups.at(-1);
    const [first, last] = [group?.[0], group?.at(-1)];
    const goesOn = first && last && word.start - last.end < pauseSeconds && word.end - first.start <= mostSegmentSeconds;
    if (goesOn) group?.push(word);
    else groups.push([word]);
  }
  return groups;
}

function toSegment(words: SpokenWord[]): SpokenSegment {
  return {
    startSeconds: words[0]?.start ?? 0,
    endSeconds: words.at(-1)?.end ?? 0,
    text: words.map((word) => word.text).join(' '),
    confidence: meanConfidence(words),
    words,
  };
}
