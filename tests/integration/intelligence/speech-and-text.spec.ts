import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InferenceHost, ModelRegistry, OcrService, SpeechService } from '#intelligence';
import { importModel } from '../../../libs/intelligence/src/importing/import-model.ts';
import { MemoryModelCatalogue } from '../../../libs/intelligence/src/testing/memory-model-catalogue.ts';
import { tinyWhisper } from '../../../libs/intelligence/src/testing/tiny-whisper.ts';
import { wavFile } from '../../../libs/intelligence/src/testing/wav-file.ts';
import { writeTinyModel } from '../../../libs/intelligence/src/testing/write-tiny-model.ts';

let folder: string;
let ocr: OcrService;
let host: InferenceHost;
let speech: SpeechService;
const catalogue = new MemoryModelCatalogue();
const registry = new ModelRegistry(catalogue);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-speech-'));
  ocr = new OcrService({ maxPixels: 5e7, memoryMb: 1024, wallSeconds: 30 });
  host = new InferenceHost((id) => registry.runnable(id), { batchSize: 8, batchWindowMs: 10, threads: 1 });
  speech = new SpeechService(registry, host);
});
afterAll(async () => {
  await Promise.all([ocr.close(), host.close()]);
  await rm(folder, { recursive: true });
});

async function sign(lines: string[], { width = 900, ink = '#111', paper = '#fafaf5', size = 48 } = {}): Promise<Buffer> {
  const text = lines.map((line, index) => `<text x="40" y="${90 + index * size * 1.6}">${line}</text>`).join('');
  const height = Math.round(120 + lines.length * size * 1.6);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="${paper}"/>
    <g font-family="DejaVu Sans, sans-serif" font-size="${size}" fill="${ink}">${text}</g></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

test('text in a picture is read, line by line, with a box for every word', async () => {
  const read = await ocr.recogniseText(await sign(['Opening hours of the museum', 'Monday to Friday from nine']));
  expect(read.text).toBe('Opening hours of the museum\nMonday to Friday from nine');
  expect(read).toMatchObject({ engine: 'tesseract', languages: expect.arrayContaining(['eng']) });
  const [first] = read.lines[0]?.words ?? [];
  expect(first).toMatchObject({
    text: 'Opening',
    box: [expect.closeTo(0.044, 1), expect.any(Number), expect.any(Number), expect.any(Number)],
  });
  for (const { box } of read.lines.flatMap((line) => line.words)) for (const share of box) expect(share).toBeLessThanOrEqual(1);
  expect(read.cpuMs).toBeGreaterThan(0);
});

test.each([
  ['small writing', { size: 16, width: 320 }],
  ['white on black', { ink: '#fff', paper: '#000' }],
  ['grey on grey', { ink: '#555', paper: '#aaa' }],
])('%s is read too', async (_, style) => {
  expect((await ocr.recogniseText(await sign(['Opening hours of the museum'], style))).text).toBe(
    'Opening hours of the museum',
  );
});

test('a picture that was taken sideways is read upright, with boxes of the upright picture', async () => {
  const sideways = await sharp(await sign(['Opening hours of the museum']))
    .rotate(90)
    .withMetadata({ orientation: 8 })
    .jpeg()
    .toBuffer();
  const { lines } = await ocr.recogniseText(sideways);
  expect(lines[0]?.text).toBe('Opening hours of the museum');
  expect(lines[0]?.box[2]).toBeGreaterThan(lines[0]?.box[3] ?? 1);
});

test('grain yields no text, and costs a bounded time', { timeout: 150_000 }, async () => {
  const grain = await sharp({
    create: { width: 600, height: 400, channels: 3, background: '#87a', noise: { type: 'gaussian', mean: 120, sigma: 40 } },
  })
    .png()
    .toBuffer();
  expect(await ocr.recogniseText(grain)).toMatchObject({ lines: [], text: '' });
});

test.each([
  ['what is no picture', Buffer.from('no picture')],
  ['nothing', Buffer.alloc(0)],
])('%s is refused as the fault of the file', async (_, bytes) => {
  await expect(ocr.recogniseText(bytes)).rejects.toMatchObject({ kind: 'unprocessable' });
});

test('a language that is not installed is named, with the package to install', async () => {
  await expect(ocr.recogniseText(await sign(['x']), { languages: ['eng', 'tlh'] })).rejects.toMatchObject({
    code: 'OCR_LANGUAGE_MISSING',
    action: 'Install tesseract-ocr-tlh.',
  });
});

/** A recording by espeak-ng, as the pipeline's ffmpeg would hand it over. */
async function say(text: string): Promise<string> {
  const spoken = join(folder, 'spoken.wav');
  execFileSync('espeak-ng', ['-v', 'en-us+f3', '-s', '120', '-w', spoken, text]);
  const path = join(folder, 'speech.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', spoken, '-ar', '16000', '-ac', '1', path]);
  return path;
}

const clip = '/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav';

test('a person reading is written down, each word with its time', async (context) => {
  context.skip(!existsSync(clip), `the Debian package pocketsphinx-testdata, which has ${clip}, is not installed`);
  const { language, engine, segments } = await speech.transcribe(clip);
  expect({ language, engine }).toEqual({ language: 'en', engine: 'pocketsphinx' });
  expect(segments.map(({ text }) => text).join(' ')).toContain('to consider how much there might be');
  const consider = segments.flatMap(({ words }) => words).find(({ text }) => text === 'consider');
  expect(consider?.start).toBeCloseTo(2.9, 0);
});

/** Of how many words of the truth what was heard is wrong: words left out, put in or mistaken (Levenshtein). */
function wrongWords(truth: string[], heard: string[]): number {
  let before = heard.map((_, index) => index + 1);
  truth.forEach((word, row) => {
    const current: number[] = [];
    heard.forEach((other, column) => {
      const [above, left] = [before[column] ?? 0, current[column - 1] ?? row + 1];
      const diagonal = column === 0 ? row : (before[column - 1] ?? 0);
      current.push(Math.min(above + 1, left + 1, diagonal + (word === other ? 0 : 1)));
    });
    before = current;
  });
  return before.at(-1) ?? truth.length;
}

test('of five sentences read quietly by a person at least seven words in ten are right', {
  timeout: 300_000,
}, async (context) => {
  context.skip(!existsSync(clip), `the Debian package pocketsphinx-testdata, which has ${clip}, is not installed`);
  let [wrong, all] = [0, 0];
  for (const line of readFileSync(join(dirname(clip), 'transcription'), 'utf8')
    .trim()
    .split('\n')) {
    const [, said = '', name = ''] = /<s> (.*) <\/s> \((.*)\)/.exec(line) ?? [];
    const path = join(folder, 'clip.wav');
    const source = join(dirname(clip), `${name}.wav`);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', source, '-af', 'volume=-20dB', '-ar', '16000', '-ac', '1', path]);
    const { segments } = await speech.transcribe(path);
    const truth = said.split(' ');
    const heard = segments.flatMap(({ words }) => words.map(({ text }) => text));
    wrong += wrongWords(truth, heard);
    all += truth.length;
  }
  expect(wrong / all).toBeLessThan(0.3);
});

test('speech is heard in a long recording, wherever it is, with progress on the way', async () => {
  const { WavReader } = await import('../../../libs/intelligence/src/speech/wav-reader.ts');
  const wav = await WavReader.open(await say('the weather is good today and we will go to the river'));
  const spoken = await wav.read(0, 60);
  await wav.close();
  const recording = new Int16Array(16_000 * 130);
  recording.set(spoken, 16_000 * 100);
  const path = join(folder, 'long.wav');
  await writeFile(path, wavFile(recording));
  const progress: number[] = [];
  const { segments } = await speech.transcribe(path, { onProgress: (share) => progress.push(share) });
  for (const { startSeconds, endSeconds } of segments) {
    expect(startSeconds).toBeGreaterThan(99);
    expect(endSeconds).toBeLessThan(100 + spoken.length / 16_000 + 1);
  }
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBe(1);
  expect(progress.length).toBeGreaterThan(1);
});

test.each([
  ['silence', () => 0],
  ['noise', () => (Math.random() - 0.5) * 20_000],
  ['a held chord', (at: number) => (Math.sin(at / 9) + Math.sin(at / 7) + Math.sin(at / 5)) * 5000],
  ['a recording of no length', undefined],
])('%s is no speech', async (_, sound) => {
  const path = join(folder, 'other.wav');
  await writeFile(path, wavFile(Int16Array.from({ length: sound ? 16_000 * 15 : 0 }, (__, at) => sound?.(at) ?? 0)));
  expect(await speech.transcribe(path)).toMatchObject({ language: null, segments: [] });
});

test('who stops listening is obeyed', async () => {
  const path = await say('the weather is good today');
  await expect(speech.transcribe(path, { signal: AbortSignal.abort() })).rejects.toThrow();
});

test('an enabled Whisper model takes over, window by window', async () => {
  const { folder: from } = await writeTinyModel(tinyWhisper({ past: true }));
  const model = await importModel(from, { folder: join(folder, 'models'), catalogue });
  await rm(from, { recursive: true });
  await registry.switch(model.id, true);
  const path = join(folder, 'minute.wav');
  await writeFile(path, wavFile(Int16Array.from({ length: 16_000 * 45 }, (_, at) => Math.sin(at / 9) * (at % 8000))));
  const transcript = await speech.transcribe(path);
  expect(transcript).toMatchObject({ engine: 'tiny-whisper', engineVersion: '2.0.0', language: 'en' });
  expect(transcript.segments.map(({ text, startSeconds }) => [text, startSeconds])).toEqual([
    ['hello world', 0],
    ['again', 1],
    ['hello world', 30],
    ['again', 31],
  ]);
});
