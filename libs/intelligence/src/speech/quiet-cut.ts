import { sampleRate } from './wav-reader.ts';

const framesPerSecond = 20;
const frame = sampleRate / framesPerSecond;

/** Loudness (root mean square, 0 to 1) of each 50 milliseconds. */
export function loudnessOf(samples: Int16Array): number[] {
  return Array.from({ length: Math.floor(samples.length / frame) }, (_, index) => {
    let squares = 0;
    for (let at = index * frame; at < (index + 1) * frame; at++) squares += (samples[at] as number) ** 2;
    return Math.sqrt(squares / frame) / 32768;
  });
}

/** Below this nothing was recorded but the noise of the recorder (−50 dB). */
const silenceLoudness = 0.003;
/** Pieces in which speech is looked for, in frames: five seconds. */
const pieceFrames = 100;
/** Speech falls below half of its mean loudness again and again, between words and syllables; music and noise rarely do. */
const leastQuietShare = 0.12;

/** Whether a stretch holds nothing that anybody could hear. */
export function isSilent(samples: Int16Array): boolean {
  return loudnessOf(samples).every((loudness) => loudness < silenceLoudness);
}

/** Whether some five seconds of a stretch sound like speech: a recogniser forced onto music takes long and hears words. */
export function mayHoldSpeech(samples: Int16Array): boolean {
  return speechBegins(samples) !== undefined;
}

/**
 * The first sample of the first five seconds that rise and fall as speech does, or undefined where none do. Measured by the share of quiet frames
 * in each second (Saunders, ICASSP 1996).
 */
export function speechBegins(samples: Int16Array): number | undefined {
  const loudness = loudnessOf(samples);
  for (let start = 0; start < loudness.length; start += pieceFrames)
    if (quietShare(loudness.slice(start, start + pieceFrames)) >= leastQuietShare) return start * frame;
  return undefined;
}

function quietShare(loudness: number[]): number {
  let quiet = 0;
  let counted = 0;
  for (let start = 0; start + framesPerSecond <= loudness.length; start += framesPerSecond) {
    const second = loudness.slice(start, start + framesPerSecond);
    const mean = second.reduce((sum, value) => sum + value, 0) / framesPerSecond;
    if (mean < silenceLoudness) continue;
    quiet += second.filter((value) => value < mean / 2).length;
    counted += framesPerSecond;
  }
  return counted === 0 ? 0 : quiet / counted;
}

/** Where to cut a stretch so that no word is cut: the quietest 200 milliseconds of its last quarter, in samples. */
export function quietestCut(samples: Int16Array): number {
  const loudness = loudnessOf(samples);
  const first = Math.floor(loudness.length * 0.75);
  let best = loudness.length;
  let least = Number.POSITIVE_INFINITY;
  for (let index = first; index + 4 <= loudness.length; index++) {
    const sum = loudness.slice(index, index + 4).reduce((total, value) => total + value, 0);
    if (sum < least) [best, least] = [index + 2, sum];
  }
  return best * frame;
}
