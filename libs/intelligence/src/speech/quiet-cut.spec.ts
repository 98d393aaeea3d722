import { expect, test } from 'vitest';
import { mayHoldSpeech, speechBegins } from './quiet-cut.ts';
import { sampleRate } from './wav-reader.ts';

/** Seconds of a tone that is switched on and off three times a second, as syllables are, or held. */
function tone(seconds: number, { on }: { on: 'always' | 'syllables' | 'never' }): number[] {
  return Array.from({ length: seconds * sampleRate }, (_, at) => {
    const sounds = on === 'always' || (on === 'syllables' && (at * 3) % sampleRate < sampleRate / 2);
    return sounds ? 6000 * Math.sin(at / 9) : 0;
  });
}

test('speech begins with the first five seconds that rise and fall', () => {
  const recording = [...tone(10, { on: 'never' }), ...tone(10, { on: 'always' }), ...tone(5, { on: 'syllables' })];
  expect(speechBegins(Int16Array.from(recording))).toBe(20 * sampleRate);
  expect(speechBegins(Int16Array.from(tone(5, { on: 'syllables' })))).toBe(0);
});

test('neither silence nor a held tone is speech', () => {
  expect(mayHoldSpeech(Int16Array.from([...tone(5, { on: 'never' }), ...tone(5, { on: 'always' })]))).toBe(false);
});
