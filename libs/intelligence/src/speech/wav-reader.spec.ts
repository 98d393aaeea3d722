import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wavFile } from '../testing/wav-file.ts';
import { isSilent, mayHoldSpeech, quietestCut } from './quiet-cut.ts';
import { WavReader } from './wav-reader.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-wav-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(bytes: Uint8Array): Promise<WavReader> {
  const path = join(folder, `${Math.random()}.wav`);
  await writeFile(path, bytes);
  return WavReader.open(path);
}

const ramp = Int16Array.from({ length: 32_000 }, (_, index) => index % 1000);

test('any stretch of a recording can be read, shorter at its end', async () => {
  const wav = await open(wavFile(ramp));
  expect(wav.durationSeconds).toBe(2);
  expect([...(await wav.read(0.5, 0.001))]).toEqual([...ramp.subarray(8000, 8016)]);
  expect((await wav.read(1.9, 10)).length).toBe(1600);
  expect((await wav.read(5, 1)).length).toBe(0);
  await wav.close();
});

test('a length that the writer never filled in is taken from the file', async () => {
  const bytes = wavFile(ramp);
  new DataView(bytes.buffer).setUint32(40, 0xffffffff, true);
  const wav = await open(bytes);
  expect(wav.durationSeconds).toBe(2);
  await wav.close();
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['a text', Buffer.from('RIFF is how this text begins, WAVE is not how it goes on')],
  ['stereo', wavFile(ramp, { channels: 2 })],
  ['another rate', wavFile(ramp, { rate: 44_100 })],
  ['a header without samples', wavFile(ramp).subarray(0, 36)],
])('%s is refused', async (_, bytes) => {
  await expect(open(bytes)).rejects.toMatchObject({ code: 'SPEECH_WAV_UNFIT', kind: 'unprocessable' });
});

/** A tone whose loudness at each moment (in seconds) is given from 0 to 1. */
function tone(seconds: number, loudness: (at: number) => number): Int16Array {
  return Int16Array.from({ length: seconds * 16_000 }, (_, index) => Math.sin(index / 5) * 12_000 * loudness(index / 16_000));
}

test('silence is silent, and a held tone is no speech', () => {
  expect(isSilent(tone(5, () => 0))).toBe(true);
  expect(isSilent(tone(5, () => 1))).toBe(false);
  expect(mayHoldSpeech(tone(20, () => 1))).toBe(false);
  expect(mayHoldSpeech(new Int16Array(100))).toBe(false);
});

test('sound that comes and goes as syllables do may be speech, wherever it is in the recording', () => {
  const syllables = (at: number) => (at > 14 && at < 19 && (at * 4) % 1 < 0.6 ? 1 : 0.02);
  expect(mayHoldSpeech(tone(20, syllables))).toBe(true);
});

test('a recording is cut where it is quiet', () => {
  const cut = quietestCut(tone(40, (at) => (at > 33 && at < 34 ? 0.01 : 1))) / 16_000;
  expect(cut).toBeGreaterThan(33);
  expect(cut).toBeLessThan(34);
});
