import { afterAll, expect, test, vi } from 'vitest';
import { HoldfastError } from '#kernel';
import { ParserPool, type ParserPoolOptions } from './parser-pool.ts';
import { ProcessorMeter } from './processor-meter.ts';
import { isStarved } from './sandbox-errors.ts';

// Real tools run here, and other work may run beside them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const options: ParserPoolOptions = {
  name: 'test',
  module: new URL('../../../tests/security/parsers/misbehaving.child.ts', import.meta.url),
  packages: [],
  processes: 2,
  recycleAfterFiles: 100,
  queueLimit: 50,
  replyBytes: 16 * 2 ** 20,
  limits: { memoryBytes: 256 * 2 ** 20, wallSeconds: 5, processes: 32, outputBytes: 2 ** 20 },
};
const pool = new ParserPool(options);
afterAll(() => pool.close());

const ask = (method: string, params: unknown = {}, on = pool, rest = {}) =>
  on.run({ method, params, buffers: [Buffer.from('file')], ...rest });

test('a parser answers with values and bytes', async () => {
  const big = Buffer.alloc(5_000_000, 7);
  const reply = await pool.run({ method: 'echo', params: { wish: 'hello' }, buffers: [big, Buffer.alloc(0)] });
  expect(reply.value).toBe('hello');
  expect(reply.buffers.map((buffer) => buffer.length)).toEqual([5_000_000, 0]);
  expect(reply.buffers[0]?.equals(big)).toBe(true);
});

test('many files share the children and each gets its own answer', async () => {
  const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => ask('echo', { wish: index })));
  expect(replies.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(pool.load.processes).toBeLessThanOrEqual(2);
});

test('what a file costs is counted for whoever asked, read or not', async () => {
  const [mine, others] = [new ProcessorMeter(), new ProcessorMeter()];
  await Promise.all([
    mine.run(() => ask('fail').catch(() => {})),
    others.run(async () => {
      await ask('echo', { wish: 1 });
      await ask('echo', { wish: 2 });
    }),
  ]);
  expect(mine.milliseconds).toBeGreaterThan(0);
  expect(others.milliseconds).toBeGreaterThan(0);
});

test('an error that the parser found itself keeps its code and says what to do', async () => {
  await expect(ask('fail')).rejects.toMatchObject({ code: 'TEST_FILE_TORN', kind: 'unprocessable', action: 'Mend it.' });
});

test('a file that kills its parser fails alone, and the next one is parsed', async () => {
  const [crash, echo] = await Promise.allSettled([ask('crash'), ask('echo', { wish: 1 })]);
  expect(crash).toMatchObject({
    status: 'rejected',
    reason: { code: 'SANDBOX_KILLED', message: expect.stringContaining('SIGSEGV') },
  });
  expect(echo).toMatchObject({ status: 'fulfilled' });
  expect((await ask('echo', { wish: 2 })).value).toBe(2);
});

test('a file may be given less time than the pool allows', async () => {
  await expect(ask('sleep', {}, pool, { wallSeconds: 0.5 })).rejects.toMatchObject({
    code: 'SANDBOX_TIMEOUT',
    kind: 'unprocessable',
  });
});

test('a parser that used up its time is told from one that waited', async () => {
  const timedOut = async (method: string) => {
    // A child that has started already: what starting costs says nothing about the file.
    await ask('echo', { wish: 'warm' });
    const error = await ask(method, {}, pool, { wallSeconds: 1.5 }).catch((thrown: unknown) => thrown);
    return error as HoldfastError;
  };
  const waited = await timedOut('sleep');
  expect(waited.values).toMatchObject({ cpuMs: expect.any(Number), wallSeconds: 1.5 });
  expect(isStarved(waited)).toBe(true);
  const spun = await timedOut('spin');
  expect(Number(spun.values.cpuMs)).toBeGreaterThan(Number(waited.values.cpuMs));
});

test('a child is replaced after its share of files', async () => {
  const short = new ParserPool({ ...options, processes: 1, recycleAfterFiles: 2 });
  const seen: unknown[] = [];
  for (let file = 0; file < 4; file++) seen.push((await ask('age', {}, short)).value);
  expect(seen).toEqual([1, 2, 1, 2]);
  await short.close();
});

test('more files than may wait are refused as the world’s fault', async () => {
  const small = new ParserPool({ ...options, processes: 1, queueLimit: 1 });
  const running = ask('echo', {}, small);
  const waiting = ask('echo', {}, small);
  await expect(ask('echo', {}, small)).rejects.toMatchObject({ code: 'SANDBOX_BUSY', kind: 'throttled' });
  await Promise.all([running, waiting]);
  await small.close();
});

test('closing ends the running file and the waiting ones, and takes no more', async () => {
  const closing = new ParserPool({ ...options, processes: 1 });
  const jobs = Promise.allSettled([ask('sleep', {}, closing), ask('echo', {}, closing)]);
  setTimeout(() => void closing.close(), 300);
  for (const job of await jobs)
    expect(job).toMatchObject({ status: 'rejected', reason: { code: 'SANDBOX_CLOSED', kind: 'unavailable' } });
  await expect(ask('echo', {}, closing)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' });
});

test('a job that its caller gives up ends at once', async () => {
  const controller = new AbortController();
  const job = ask('spin', {}, pool, { signal: controller.signal });
  setTimeout(() => controller.abort(), 200);
  await expect(job).rejects.toMatchObject({ code: 'SANDBOX_ABORTED', kind: 'unavailable' });
});
