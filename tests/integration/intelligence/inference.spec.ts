import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { InferenceHost, type InferenceSettings } from '#intelligence';
import {
  type TinyModel,
  tinyClip,
  tinyClipInOneFile,
  tinySentenceEncoder,
} from '../../../libs/intelligence/src/testing/tiny-embedding-models.ts';
import {
  faultySide,
  harmlessPicture,
  poisonousPicture,
  tinyFaultyModel,
} from '../../../libs/intelligence/src/testing/tiny-faulty-model.ts';
import { tinyWhisper } from '../../../libs/intelligence/src/testing/tiny-whisper.ts';
import { writeTinyModel } from '../../../libs/intelligence/src/testing/write-tiny-model.ts';

const open: { host: InferenceHost; folder: string }[] = [];
afterEach(async () => {
  for (const { host, folder } of open.splice(0)) {
    await host.close();
    await rm(folder, { recursive: true });
  }
});

async function hostOf(model: TinyModel, settings: Partial<InferenceSettings> = {}): Promise<InferenceHost> {
  const { folder, manifest } = await writeTinyModel(model);
  const all = { batchSize: 32, batchWindowMs: 20, threads: 1, ...settings };
  const host = new InferenceHost(async (id) => ({ id, manifest, folder }), all);
  open.push({ host, folder });
  return host;
}

const query = { lane: 'interactive' } as const;
const colourPicture = (red: number, green: number, blue: number) =>
  Uint8Array.from({ length: 16 * 16 * 3 }, (_, index) => [red, green, blue][index % 3] ?? 0);

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return Array.from(a ?? []).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);
}

test.each([
  ['two files', tinyClip],
  ['one file', tinyClipInOneFile],
])('words and pictures of a model in %s meet in one space', async (_, make) => {
  const host = await hostOf(make());
  const { vectors: texts } = await host.embedTexts('clip', ['a red photograph', 'a blue photograph'], query);
  const { vectors: pictures } = await host.embedImages('clip', [colourPicture(255, 0, 0), colourPicture(0, 0, 255)]);
  const nearness = texts.map((text) => pictures.map((picture) => cosine(text, picture)));
  expect(nearness[0]?.[0]).toBeGreaterThan((nearness[0]?.[1] ?? 1) + 0.5);
  expect(nearness[1]?.[1]).toBeGreaterThan((nearness[1]?.[0] ?? 1) + 0.5);
  for (const vector of [...texts, ...pictures]) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
});

test('text of any script, length and damage becomes a vector', async () => {
  const host = await hostOf(tinyClip());
  const texts = ['größe', '東京', 'GRÖSSE RED', 'word '.repeat(10_000), '\ud800 half a character \u0000 and a null', '🏔️'];
  const { vectors } = await host.embedTexts('clip', texts, { lane: 'bulk' });
  expect(vectors).toHaveLength(texts.length);
  expect(cosine(vectors[0], vectors[1])).toBeLessThan(-0.9);
});

test('a text that is too long counts as far as the model reads', async () => {
  const host = await hostOf(tinyClip());
  const beginning = 'red a a a a a';
  const { vectors } = await host.embedTexts('clip', [beginning, `${beginning} ${'blue '.repeat(50)}`], query);
  expect(cosine(vectors[0], vectors[1])).toBeGreaterThan(0.999);
});

test('a blank text is refused, with a reason', async () => {
  const host = await hostOf(tinyClip());
  await expect(host.embedTexts('clip', ['red', ' \n'], query)).rejects.toMatchObject({ code: 'INFERENCE_INPUT_UNFIT' });
});

test('a sentence encoder is told queries from documents, and leaves padding out', async () => {
  const host = await hostOf(tinySentenceEncoder());
  const [asQuery, asDocument] = await Promise.all([
    host.embedTexts('encoder', ['red'], { lane: 'interactive' }),
    host.embedTexts('encoder', ['red', 'a much longer text about green things'], { lane: 'bulk' }),
  ]);
  expect(asQuery.vectors[0]?.[3]).toBeGreaterThan(0.3);
  expect(asDocument.vectors[0]?.[3]).toBeLessThan(-0.3);
  const alone = await host.embedTexts('encoder', ['red'], { lane: 'bulk' });
  expect(cosine(alone.vectors[0], asDocument.vectors[0])).toBeGreaterThan(0.9999);
  expect(asDocument.cpuMs).toBeGreaterThan(0);
});

test('what a model does not take is refused before anything starts', async () => {
  const host = await hostOf(tinySentenceEncoder());
  await expect(host.embedImages('encoder', [colourPicture(0, 0, 0)])).rejects.toMatchObject({ code: 'MODEL_PART_MISSING' });
  const clip = await hostOf(tinyClip());
  await expect(clip.embedImages('clip', [new Uint8Array(10)])).rejects.toThrow('has 10 bytes; tiny-clip takes 768 (16×16 RGB)');
  expect(await host.status()).toEqual([]);
});

test('a picture that ends its process fails alone, the others of its batch are answered', async () => {
  const host = await hostOf(tinyFaultyModel(), { wallSeconds: 1 });
  const pictures = [harmlessPicture(10), poisonousPicture(), harmlessPicture(30)];
  const answers = await Promise.allSettled(pictures.map((picture) => host.embedImages('faulty', [picture])));
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((answers[1] as PromiseRejectedResult).reason).toMatchObject({
    code: 'INFERENCE_INPUT_REFUSED',
    kind: 'unprocessable',
  });
});

test('a picture that the model refuses fails alone, with the words of the runtime', async () => {
  const host = await hostOf(tinyFaultyModel(true));
  const answers = await Promise.allSettled([20, 255, 40].map((value) => host.embedImages('faulty', [harmlessPicture(value)])));
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((answers[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'MODEL_RUN_FAILED' });
});

test('a process that is killed comes back with the next picture', async () => {
  const host = await hostOf(tinyFaultyModel());
  await host.embedImages('faulty', [harmlessPicture(20)]);
  for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
  const { vectors } = await host.embedImages('faulty', [harmlessPicture(30)]);
  expect(vectors[0]?.[0]).toBe(30);
});

test('work goes on beside a model that is busy: the event loop of this process is never held', async () => {
  const host = await hostOf(tinyFaultyModel(), { wallSeconds: 1 });
  const stuck = host.embedImages('faulty', [poisonousPicture()]).catch(() => 'refused');
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  expect(await stuck).toBe('refused');
  clearInterval(timer);
  expect(longest).toBeLessThan(500);
});

const noise = Uint8Array.from({ length: 32_000 * 4 }, (_, index) => (Math.sin(index) * 1e4) & 0xff);

test.each([
  ['with', true],
  ['without', false],
])('a Whisper model %s memory of its keys writes down a window, and nothing where there is silence', async (_, past) => {
  const host = await hostOf(tinyWhisper({ past }));
  const window = await host.transcribeWindow('whisper', { samples: noise, language: null });
  expect(window).toMatchObject({
    language: 'en',
    segments: [
      { startSeconds: 0, endSeconds: 1, text: 'hello world' },
      { startSeconds: 1, endSeconds: 2, text: 'again' },
    ],
    nextSeconds: 4,
  });
  const silence = await host.transcribeWindow('whisper', { samples: new Uint8Array(32_000 * 3), language: null });
  expect(silence).toMatchObject({ segments: [], nextSeconds: 3 });
});

test('the door of the library loads neither ONNX Runtime nor Transformers.js', () => {
  const maps = readFileSync('/proc/self/maps', 'utf8');
  expect(maps).not.toContain('onnxruntime');
  expect(faultySide).toBe(8);
});

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Threads of each model process of this test that runs now, by its id. */
function modelProcesses(): Map<string, number> {
  return new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          if (!command[0]?.endsWith('/node') || !command.some((word) => word.includes('inference.handlers'))) return [];
          return isBelow(pid, process.pid) ? [[pid, readdirSync(`/proc/${pid}/task`).length] as const] : [];
        } catch {
          return [];
        }
      }),
  );
}

function isBelow(pid: string, ancestor: number): boolean {
  const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return Number(parent) === ancestor || (Number(parent) > 1 && isBelow(parent, ancestor));
}

test('a model runs with as many threads as the plan gives it', async () => {
  const counts: number[] = [];
  for (const threads of [1, 4]) {
    const host = await hostOf(tinyClip(), { threads });
    await host.embedImages('clip', [colourPicture(255, 0, 0)]);
    counts.push(Math.max(...modelProcesses().values()));
    await host.close();
  }
  expect(counts).toHaveLength(2);
  expect((counts[1] as number) - (counts[0] as number)).toBe(3);
});

test('where there is memory for one model process only, all of them get their turn, one after the other', async () => {
  const host = await hostOf(tinyClip(), { memoryMb: 600, batchSize: 1, batchWindowMs: 0 });
  let most = 0;
  let last: string[] = [];
  // Who is killed takes a moment to be gone: what counts is who is there twice in a row.
  const watch = setInterval(() => {
    const now = [...modelProcesses().keys()];
    most = Math.max(most, now.filter((pid) => last.includes(pid)).length);
    last = now;
  }, 50);
  const works = Array.from({ length: 4 }, (_, index) =>
    index % 2 === 0
      ? host.embedImages('clip', [colourPicture(index, 0, 0)])
      : host.embedTexts('clip', [`red ${index}`], { lane: 'bulk' }),
  );
  const answers = await Promise.all(works);
  clearInterval(watch);
  expect(answers.map(({ vectors }) => vectors.length)).toEqual([1, 1, 1, 1]);
  expect(most).toBe(1);
});

test('a model that needs more memory than all models have is refused with both figures', async () => {
  const host = await hostOf(tinyClip(), { memoryMb: 200 });
  await expect(host.embedImages('clip', [colourPicture(255, 0, 0)])).rejects.toMatchObject({
    code: 'INFERENCE_MODEL_NOT_RUNNING',
    message: expect.stringMatching(/needs \d+ MB; all models of this program together have 200 MB/),
  });
});
