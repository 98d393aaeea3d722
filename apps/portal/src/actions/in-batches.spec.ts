import { expect, test } from 'vitest';
import { toastStore } from '../ui/toast-queue.ts';
import { these } from './asset-set.ts';
import { forEachBatch, inBatches } from './in-batches.ts';

const many = Array.from({ length: 2500 }, (_, index) => String(index));
const running = () => toastStore.snapshot().filter((toast) => toast.share !== undefined);

test('a large selection goes in requests of a thousand, none left out', () => {
  expect(inBatches(many).map((batch) => batch.length)).toEqual([1000, 1000, 500]);
  expect(inBatches(many).flat()).toEqual(many);
  expect(inBatches([])).toEqual([]);
});

test('what takes several requests shows how far it is until it is done', async () => {
  const seen: (string | undefined)[] = [];
  const outcome = await forEachBatch('Tagging', these(many), async (ids) => {
    seen.push(running()[0]?.detail);
    return { changed: ids.length - 1 };
  });
  expect(outcome).toEqual({ changed: 2497, ids: many });
  expect(seen[0]).toBeUndefined();
  expect(seen[2]).toMatch(/^2\u202f000 of 2\u202f500 done, about .+ left$/);
  expect(running()).toEqual([]);
});

test('stopped in the middle, it says what is done', async () => {
  const outcome = await forEachBatch('Tagging', these(many), async (ids) => {
    running()[0]?.action?.run();
    return { changed: ids.length };
  });
  expect(outcome).toEqual({ changed: 1000, ids: many.slice(0, 1000) });
});

test('a single request shows nothing but its end', async () => {
  await forEachBatch('Tagging', these(['a']), async () => {
    expect(running()).toEqual([]);
    return { changed: 1 };
  });
});
