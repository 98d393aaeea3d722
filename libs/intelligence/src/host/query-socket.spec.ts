import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HoldfastError } from '#kernel';
import { QueryServer } from './query-server.adapter.ts';
import { querySocketOf } from './query-socket.ts';
import type { TextEmbedder } from './text-embedder.ts';
import { WorkerEmbedder } from './worker-embedder.adapter.ts';

const modelId = '0199d1e4-9d1c-7c3e-8a51-3a1f0e6b2c11';
let folder: string;
let server: QueryServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hf-query-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A worker whose model does what a test says. */
async function worker(embedTexts: TextEmbedder['embedTexts']): Promise<WorkerEmbedder> {
  const path = querySocketOf(folder);
  server = new QueryServer(path, { embedTexts });
  await server.listen();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  return new WorkerEmbedder(path);
}

test('the api gets the very vectors that the worker made, and they were interactive there', async () => {
  const vectors = [new Float32Array([0.25, -1e-7, 3]), new Float32Array([1, 2, 3])];
  const seen: unknown[] = [];
  const embedder = await worker(async (id, texts, { lane }) => {
    seen.push(id, texts, lane);
    return { vectors, cpuMs: 12.5 };
  });
  expect(await embedder.embedTexts(modelId, ['a cat', 'ein Hund'], { lane: 'interactive' })).toEqual({ vectors, cpuMs: 12.5 });
  expect(seen).toEqual([modelId, ['a cat', 'ein Hund'], 'interactive']);
});

test('what the worker refuses is refused with the same words', async () => {
  const embedder = await worker(async () => {
    throw new HoldfastError('INFERENCE_INPUT_UNFIT', { kind: 'unprocessable', message: 'A blank text.', action: 'Say more.' });
  });
  await expect(embedder.embedTexts(modelId, [' '], { lane: 'interactive' })).rejects.toMatchObject({
    code: 'INFERENCE_INPUT_UNFIT',
    kind: 'unprocessable',
    message: 'A blank text.',
    action: 'Say more.',
  });
});

test('a query beyond measure is refused, and a worker that is away is named', async () => {
  const embedder = await worker(async () => ({ vectors: [], cpuMs: 0 }));
  const ask = (text: string) => embedder.embedTexts(modelId, [text], { lane: 'interactive' });
  await expect(ask('x'.repeat(300_000))).rejects.toMatchObject({ code: 'INFERENCE_QUESTION_TOO_LARGE' });
  await server?.close();
  await expect(ask('a cat')).rejects.toMatchObject({ code: 'INFERENCE_WORKER_AWAY', kind: 'unavailable' });
});

test('who gives up waiting ends the work', async () => {
  const ended = Promise.withResolvers<boolean>();
  const embedder = await worker(
    (_id, _texts, { signal }) =>
      new Promise(() => signal?.addEventListener('abort', () => ended.resolve(true), { once: true })),
  );
  const given = new AbortController();
  const asked = embedder.embedTexts(modelId, ['a cat'], { lane: 'interactive', signal: given.signal });
  setTimeout(() => given.abort(), 50);
  await expect(asked).rejects.toThrow();
  expect(await ended.promise).toBe(true);
});
