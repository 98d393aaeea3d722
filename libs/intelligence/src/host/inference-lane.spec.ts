import { expect, test, vi } from 'vitest';
import { HoldfastError, systemClock } from '#kernel';
import { InferenceLane, type LaneCodec, type LaneProcess } from './inference-lane.ts';
import type { BatchOutcome } from './model-process.ts';

const codec: LaneCodec<number, number> = {
  bytesOf: () => 1,
  encode: (inputs) => ({ method: 'double', params: inputs, buffers: [] }),
  decode: ({ value }) => value as number[],
};

type Behaviour = (inputs: number[]) => BatchOutcome | Promise<BatchOutcome>;

const doubled: Behaviour = (inputs) => ({ kind: 'answer', value: inputs.map((value) => value * 2), buffers: [], cpuMs: 1 });
const ended = new HoldfastError('INFERENCE_PROCESS_ENDED', { kind: 'unavailable', message: 'Its process crashed.' });

function laneWith(
  behaviour: Behaviour,
  change: Partial<{ size: number; windowMs: number; maxWaiting: number; idleMs: number }> = {},
) {
  const batches: number[][] = [];
  const started: LaneProcess[] = [];
  const lane = new InferenceLane(codec, {
    model: 'double 1.0.0',
    window: { size: change.size ?? 32, windowMs: change.windowMs ?? 30, quietMs: 5 },
    maxWaiting: change.maxWaiting ?? 1000,
    maxWaitingBytes: 1e6,
    idleMs: change.idleMs ?? 10_000,
    clock: systemClock,
    start: async () => {
      const process = { alive: true, close: async () => {}, run: async () => ({}) as BatchOutcome };
      process.run = async (_method?: string, params?: unknown) => {
        batches.push(params as number[]);
        const outcome = await behaviour(params as number[]);
        if (outcome.kind === 'crash') process.alive = false;
        return outcome;
      };
      started.push(process);
      return process;
    },
  });
  return { lane, batches, started };
}

test('inputs that arrive together are run in one batch', async () => {
  const { lane, batches } = laneWith(doubled);
  const answers = await Promise.all([1, 2, 3].map((value) => lane.submit([value])));
  expect(answers).toEqual([[2], [4], [6]]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('a batch is never larger than its size, and the order stays', async () => {
  const { lane, batches } = laneWith(doubled, { size: 4 });
  const inputs = Array.from({ length: 10 }, (_, index) => index);
  expect(await lane.submit(inputs)).toEqual(inputs.map((value) => value * 2));
  expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
});

test('a lone input does not wait for the whole window', async () => {
  const { lane } = laneWith(doubled, { windowMs: 60_000 });
  const started = performance.now();
  await lane.submit([1]);
  expect(performance.now() - started).toBeLessThan(30_000);
});

test('a crash is tried once more as it was', async () => {
  let crashes = 0;
  const { lane, batches, started } = laneWith((inputs) =>
    crashes++ === 0 ? { kind: 'crash', error: ended } : doubled(inputs),
  );
  expect(await lane.submit([1, 2])).toEqual([2, 4]);
  expect(batches).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(started).toHaveLength(2);
});

test('a poisonous input fails alone; the others of its batch are answered', async () => {
  const { lane, batches } = laneWith((inputs) => (inputs.includes(13) ? { kind: 'crash', error: ended } : doubled(inputs)));
  const answers = await Promise.allSettled([1, 13, 3].map((value) => lane.submit([value])));
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((answers[1] as PromiseRejectedResult).reason).toMatchObject({
    code: 'INFERENCE_INPUT_REFUSED',
    kind: 'unprocessable',
  });
  expect(batches).toEqual([[1, 13, 3], [1, 13, 3], [1], [13], [3]]);
});

test('an input that the model itself refuses fails alone, with the words of the model', async () => {
  const error = new HoldfastError('MODEL_RUN_FAILED', { kind: 'unprocessable', message: 'bad index' });
  const { lane, batches } = laneWith((inputs) => (inputs.includes(13) ? { kind: 'fault', error } : doubled(inputs)));
  const answers = await Promise.allSettled([1, 13].map((value) => lane.submit([value])));
  expect(answers[0]).toMatchObject({ value: [2] });
  expect(answers[1]).toMatchObject({ reason: error });
  expect(batches).toEqual([[1, 13], [1], [13]]);
});

test('a crowd beyond the limit is refused, and told to come back', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { lane } = laneWith(async (inputs) => gate.then(() => doubled(inputs)), { size: 1, maxWaiting: 2, windowMs: 0 });
  const running = lane.submit([1]);
  await vi.waitFor(() => expect(lane.load.running).toBe(true));
  const waiting = lane.submit([2, 3]);
  await expect(lane.submit([4])).rejects.toMatchObject({
    code: 'INFERENCE_OVERLOADED',
    kind: 'throttled',
    retryAfterSeconds: 2,
  });
  release();
  expect(await running).toEqual([2]);
  expect(await waiting).toEqual([4, 6]);
});

test('a process that nobody needs ends, and comes back when it is needed', async () => {
  const { lane, started } = laneWith(doubled, { idleMs: 20 });
  await lane.submit([1]);
  await vi.waitFor(() => expect(lane.load.up).toBe(false));
  await lane.submit([2]);
  expect(started).toHaveLength(2);
});

test('who has lost interest is not answered, and costs nothing', async () => {
  const { lane, batches } = laneWith(doubled);
  const interest = new AbortController();
  const lost = lane.submit([1], interest.signal);
  const kept = lane.submit([2]);
  interest.abort();
  await expect(lost).rejects.toThrow();
  expect(await kept).toEqual([4]);
  expect(batches).toEqual([[2]]);
});

test('a model that does not start says why, and is not started again at once', async () => {
  let starts = 0;
  const lane = new InferenceLane(codec, {
    model: 'broken 1.0.0',
    window: { size: 1, windowMs: 0, quietMs: 0 },
    maxWaiting: 10,
    maxWaitingBytes: 10,
    idleMs: 1000,
    clock: systemClock,
    start: async () => {
      starts++;
      throw new HoldfastError('MODEL_FILE_UNLOADABLE', { kind: 'unprocessable', message: 'It is no graph.' });
    },
  });
  await expect(lane.submit([1])).rejects.toMatchObject({ code: 'INFERENCE_MODEL_NOT_RUNNING', kind: 'unavailable' });
  await expect(lane.submit([2])).rejects.toThrow('It is no graph.');
  const before = performance.now();
  await expect(lane.submit([3])).rejects.toThrow('It is no graph.');
  expect(starts).toBe(3);
  expect(performance.now() - before).toBeGreaterThan(50);
  await lane.close();
  await expect(lane.submit([4])).rejects.toMatchObject({ code: 'INFERENCE_CLOSED' });
});
